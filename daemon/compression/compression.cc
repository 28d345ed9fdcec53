#include "daemon/compression/compression.h"

#include <array>
#include <string_view>

namespace cflt::compression {
namespace {

struct Magic {
  std::string_view bytes;
  Compression compression;
  unsigned char first_mask = 0xff;  // bits of the first byte that count
};

constexpr std::array kMagics = {
    Magic{"\x1f\x8b", Compression::kGzip},          // RFC 1952, 2.3.1
    Magic{"\x28\xb5\x2f\xfd", Compression::kZstd},  // RFC 8878, 3.1.1
    // A skippable frame, as pzstd begins with (RFC 8878, 3.1.2).
    Magic{"\x50\x2a\x4d\x18", Compression::kZstd, 0xf0},
};

bool agrees(const Magic& magic, std::string_view begin) {
  const std::string_view bytes = magic.bytes.substr(0, begin.size());
  if (bytes.empty()) return true;
  const auto first = static_cast<unsigned char>(begin[0]) & magic.first_mask;
  return first == static_cast<unsigned char>(bytes[0]) &&
         begin.substr(1, bytes.size() - 1) == bytes.substr(1);
}

}  // namespace

std::optional<Compression> compression_of(std::span<const char> begin) {
  const std::string_view text(begin.data(), begin.size());
  for (const Magic& magic : kMagics) {
    if (!agrees(magic, text)) continue;
    if (text.size() < magic.bytes.size()) return std::nullopt;
    return magic.compression;
  }
  return Compression::kNone;
}

}  // namespace cflt::compression
