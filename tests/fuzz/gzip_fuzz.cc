// Any bytes, in any pieces, to any room, read the same; and what is written is
// read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "daemon/compression/gzip_reader.h"
#include "daemon/compression/gzip_writer.h"

namespace {

using cflt::compression::GzipReader;
using cflt::compression::GzipWriter;

/// The plain bytes, or `!` for an error: how much of them comes before it
/// depends on the pieces.
std::string read_in(const std::string& stream, std::size_t piece,
                    std::size_t room) {
  GzipReader reader;
  std::string plain;
  std::vector<char> bytes(room);
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed({stream.data() + at, std::min(piece, stream.size() - at)});
    for (;;) {
      const auto count = reader.read(bytes);
      if (reader.offset() > stream.size()) std::abort();
      if (!count.has_value()) return "!";
      if (*count == 0) break;
      plain.append(bytes.data(), *count);
      if (plain.size() > 1 << 20) return plain;  // a bomb
    }
  }
  return reader.finish() ? "!" : plain;
}

std::string compressed(const std::string& plain) {
  std::string bytes;
  GzipWriter writer([&bytes](std::span<const char> piece) {
    bytes.append(piece.data(), piece.size());
    return boost::system::error_code();
  });
  if (writer.add({plain.data(), plain.size()}) || writer.finish()) std::abort();
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  const std::string rest(data + 2, data + size);
  // Half of them are damaged members, so that mutations get behind a header.
  std::string stream = rest;
  if ((data[0] & 1) != 0) {
    stream = compressed(rest);
    if (read_in(stream, 1 << 20, 1 << 16) != rest) std::abort();
    stream[data[1] % stream.size()] ^= static_cast<char>(data[0] & 0xfe);
  }
  const std::string whole = read_in(stream, 1 << 20, 1 << 16);
  if (whole.size() > 1 << 20) return 0;  // an error may stand behind it
  if (read_in(stream, 1U + data[0], 1U + data[1]) != whole) std::abort();
  return 0;
}
