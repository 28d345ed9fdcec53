#include "daemon/filter/pump.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/base/messages.h"

namespace cflt::filter {
namespace {

using boost::system::error_code;

}  // namespace

Pump::Pump(const stream::Rules& rules, scan::Scanner& scanner, Output output,
           bool counts_lines)
    : counts_lines_(counts_lines),
      scanner_(scanner),
      stream_(rules, scanner),
      window_(kChunkBytes),
      output_(std::move(output)) {}

bool Pump::run(const std::vector<std::string>& paths, Decompress decompress) {
  const bool written = copy_all(paths, decompress);
  if (!written) base::complain_about(output_.name(), output_error_);
  return written;
}

bool Pump::copy_all(const std::vector<std::string>& paths,
                    Decompress decompress) {
  for (const std::string& path : paths) {
    if (!copy(path, decompress)) return false;
  }
  return finish();
}

bool Pump::finish() {
  const auto pieces = stream_.finish(window_.filled(0));
  publish(0);
  return write(pieces);
}

bool Pump::close() {
  const auto error = output_.close();
  if (error) base::complain_about(output_.name(), error);
  return !error;
}

/// One input to its end. An input that fails is told, and skipped from there
/// on.
bool Pump::copy(const std::string& path, Decompress decompress) {
  auto input = Input::open(path, decompress);
  if (!input.has_value()) return skip(path, input.error());
  if (is_output(*input)) {
    base::complain(
        fmt::format("{}: is also the output; it was not read", path));
    input_failed_ = true;
    return true;
  }
  const std::uint64_t masked_before = stream_.counts().masked;
  const std::uint64_t read_before = live_.file_bytes;
  for (;;) {
    const auto count = input->read(window_.room());
    live_.file_bytes.store(read_before + input->file_bytes(),
                           std::memory_order_relaxed);
    if (!count.has_value() || *count == 0) {
      warn_of_type(*input, masked_before);
      return count.has_value() || skip(input->place(), count.error());
    }
    if (!take(*count)) return false;
  }
}

/// An input with content that is written to as well. It may have been empty
/// when all inputs were looked at, or its name another file's.
bool Pump::is_output(const Input& input) const {
  struct stat status {};
  return output_.fd() >= 0 && ::fstat(input.fd(), &status) == 0 &&
         status.st_size > 0 && output_.is_file(status);
}

/// An input that is more than text passes like any other, but not in silence.
void Pump::warn_of_type(const Input& input, std::uint64_t masked_before) {
  if (input.type() == nullptr) return;
  const FileType& type = *input.type();
  const bool was_decompressed =
      input.compression() != compression::Compression::kNone;
  if (type.is_packed) {
    met_packed_ = true;
    base::complain(fmt::format("{}: warning: {}", input.name(),
                               not_scanned(type, was_decompressed)));
  } else if (output_.fd() >= 0 && stream_.counts().masked > masked_before) {
    base::complain(fmt::format(
        "{}: warning: is {}, which the masks in it may have damaged",
        input.name(), type.name));
  }
}

bool Pump::skip(const std::string& name, const error_code& error) {
  base::complain_about(name, error);
  input_failed_ = true;
  return true;
}

bool Pump::take(std::size_t count) {
  const Bytes window = window_.filled(count);
  const std::size_t fresh_at = window_.fresh_at();
  if (counts_lines_) {
    lines_ += count_lines(window.slice(fresh_at, window.size()));
  }
  const auto pieces = stream_.feed(window, fresh_at);
  publish(count);
  const bool written = write(pieces);
  window_.keep(stream_.keep(), pieces);
  return written;
}

void Pump::publish(std::size_t count) {
  live_.bytes.store(live_.bytes.load(std::memory_order_relaxed) + count,
                    std::memory_order_relaxed);
  live_.publish(stream_.counts());
}

bool Pump::write(std::span<const Outgoing> pieces) {
  output_error_ = output_.write(pieces);
  return !output_error_;
}

}  // namespace cflt::filter
