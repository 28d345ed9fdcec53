// Gzip members by hand (RFC 1952), of stored blocks (RFC 1951, 3.2.4): a second
// pair of eyes for the reader, which shares nothing with it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace cflt::compression::test {

/// The optional fields of a header; empty: it is not there.
struct GzipFields {
  std::string extra;
  std::string name;
  std::string comment;
  bool has_crc = false;
};

/// `size` bytes of a number, the lowest first.
inline std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes += static_cast<char>(value >> 8 * i & 0xff);
  }
  return bytes;
}

/// RFC 1952, 8, a bit at a time.
inline std::uint32_t crc32_of(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int i = 0; i < 8; ++i) {
      crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    }
  }
  return ~crc;
}

inline std::string gzip_header(const GzipFields& fields = {}) {
  const int flags = (fields.has_crc ? 2 : 0) | (fields.extra.empty() ? 0 : 4) |
                    (fields.name.empty() ? 0 : 8) |
                    (fields.comment.empty() ? 0 : 16);
  std::string header = "\x1f\x8b\x08";
  header += static_cast<char>(flags);
  header += little_endian(0, 6);
  if (!fields.extra.empty()) {
    header += little_endian(fields.extra.size(), 2) + fields.extra;
  }
  if (!fields.name.empty()) header += fields.name + '\0';
  if (!fields.comment.empty()) header += fields.comment + '\0';
  if (fields.has_crc) header += little_endian(crc32_of(header), 2);
  return header;
}

inline std::string stored_blocks(const std::string& plain) {
  constexpr std::size_t kMost = 65535;
  std::string blocks;
  std::size_t at = 0;
  do {
    const std::size_t size = std::min(kMost, plain.size() - at);
    blocks += static_cast<char>(at + size == plain.size() ? 1 : 0);
    blocks += little_endian(size, 2) + little_endian(~size & 0xffff, 2);
    blocks += plain.substr(at, size);
    at += size;
  } while (at < plain.size());
  return blocks;
}

inline std::string gzip_member(const std::string& plain,
                               const GzipFields& fields = {}) {
  return gzip_header(fields) + stored_blocks(plain) +
         little_endian(crc32_of(plain), 4) + little_endian(plain.size(), 4);
}

}  // namespace cflt::compression::test
