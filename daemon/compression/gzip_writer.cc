#include "daemon/compression/gzip_writer.h"

#include <isa-l/igzip_lib.h>
#include <strings.h>

#include <array>
#include <cerrno>
#include <utility>

#include "core/bytes.h"
#include "daemon/base/system_error.h"

namespace cflt::compression {

using boost::system::error_code;

struct GzipWriter::State {
  isal_zstream stream;
  std::array<std::uint8_t, ISAL_DEF_LVL2_DEFAULT> level;
  std::array<char, kChunkBytes> compressed;
};

void GzipWriter::Wipe::operator()(State* state) const {
  ::explicit_bzero(state, sizeof *state);
  delete state;
}

GzipWriter::GzipWriter(Write write)
    : write_(std::move(write)), state_(new State) {
  isal_zstream& stream = state_->stream;
  isal_deflate_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.level = 2;
  stream.level_buf = state_->level.data();
  stream.level_buf_size = static_cast<std::uint32_t>(state_->level.size());
}

error_code GzipWriter::add(std::span<const char> plain) {
  return deflate(plain, false);
}

error_code GzipWriter::finish() { return deflate({}, true); }

error_code GzipWriter::deflate(std::span<const char> plain, bool last) {
  isal_zstream& stream = state_->stream;
  // The library does not write to its input.
  stream.next_in =
      reinterpret_cast<std::uint8_t*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<std::uint32_t>(plain.size());
  stream.end_of_stream = last ? 1 : 0;
  auto& room = state_->compressed;
  do {
    stream.next_out = reinterpret_cast<std::uint8_t*>(room.data());
    stream.avail_out = static_cast<std::uint32_t>(room.size());
    if (isal_deflate(&stream) != COMP_OK) {
      return base::system_error(EIO);
    }
    const std::size_t size = room.size() - stream.avail_out;
    if (const auto error = write_({room.data(), size})) return error;
  } while (stream.avail_out == 0 ||
           (last && stream.internal_state.state != ZSTATE_END));
  return {};
}

}  // namespace cflt::compression
