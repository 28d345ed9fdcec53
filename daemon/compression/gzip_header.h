// Skips the header of a gzip member (RFC 1952, 2.3), however it is cut.
//
//   1f 8b 08 flags time(4) xfl os [length extra] [name 0] [comment 0] [crc(2)]
//
// ISA-L 2.30 has a parser too, which calls the CRC of a header wrong that comes
// in two pieces. Here that CRC is not looked at, as in Python and others: the
// data has its own.
#pragma once

#include <cstdint>
#include <span>

namespace cflt::compression {

class GzipHeader {
 public:
  enum class Status { kNeedsMore, kDone, kNotGzip, kUnknownMethod };

  /// Takes from the front of `bytes` what belongs to the header.
  Status take(std::span<const char>& bytes);

 private:
  enum class Field { kFixed, kExtraLength, kExtra, kName, kComment, kCrc };

  Status take_byte(std::uint8_t byte);
  Status take_fixed(std::uint8_t byte);
  Status enter(Field field);
  bool has(Field field) const;

  Field field_ = Field::kFixed;
  std::uint32_t at_ = 0;  // in the field
  std::uint32_t extra_length_ = 0;
  std::uint8_t flags_ = 0;
};

}  // namespace cflt::compression
