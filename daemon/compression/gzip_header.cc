#include "daemon/compression/gzip_header.h"

namespace cflt::compression {
namespace {

constexpr std::uint8_t kHasCrc = 2;
constexpr std::uint8_t kHasExtra = 4;
constexpr std::uint8_t kHasName = 8;
constexpr std::uint8_t kHasComment = 16;
constexpr std::uint8_t kReserved = 0xe0;
constexpr std::uint8_t kDeflate = 8;
constexpr std::uint32_t kFixedBytes = 10;

}  // namespace

GzipHeader::Status GzipHeader::take(std::span<const char>& bytes) {
  Status status = Status::kNeedsMore;
  while (status == Status::kNeedsMore && !bytes.empty()) {
    status = take_byte(static_cast<std::uint8_t>(bytes.front()));
    bytes = bytes.subspan(1);
  }
  return status;
}

GzipHeader::Status GzipHeader::take_byte(std::uint8_t byte) {
  const std::uint32_t at = at_++;
  switch (field_) {
    case Field::kFixed:
      return take_fixed(byte);
    case Field::kExtraLength:
      extra_length_ |= std::uint32_t{byte} << 8 * at;
      return at == 1 ? enter(Field::kExtra) : Status::kNeedsMore;
    case Field::kExtra:
      return at_ == extra_length_ ? enter(Field::kName) : Status::kNeedsMore;
    case Field::kName:
      return byte == 0 ? enter(Field::kComment) : Status::kNeedsMore;
    case Field::kComment:
      return byte == 0 ? enter(Field::kCrc) : Status::kNeedsMore;
    case Field::kCrc:
      break;
  }
  return at == 1 ? Status::kDone : Status::kNeedsMore;
}

GzipHeader::Status GzipHeader::take_fixed(std::uint8_t byte) {
  switch (at_ - 1) {
    case 0:
      return byte == 0x1f ? Status::kNeedsMore : Status::kNotGzip;
    case 1:
      return byte == 0x8b ? Status::kNeedsMore : Status::kNotGzip;
    case 2:
      return byte == kDeflate ? Status::kNeedsMore : Status::kUnknownMethod;
    case 3:
      flags_ = byte;
      return (byte & kReserved) == 0 ? Status::kNeedsMore : Status::kNotGzip;
    default:
      return at_ == kFixedBytes ? enter(Field::kExtraLength)
                                : Status::kNeedsMore;
  }
}

/// Goes on with `field`, or with the first one behind it that is there.
GzipHeader::Status GzipHeader::enter(Field field) {
  at_ = 0;
  while (!has(field)) {
    if (field == Field::kCrc) return Status::kDone;
    field = static_cast<Field>(static_cast<int>(field) + 1);
  }
  field_ = field;
  return Status::kNeedsMore;
}

bool GzipHeader::has(Field field) const {
  switch (field) {
    case Field::kFixed:
      return true;
    case Field::kExtraLength:
      return (flags_ & kHasExtra) != 0;
    case Field::kExtra:
      return extra_length_ > 0;
    case Field::kName:
      return (flags_ & kHasName) != 0;
    case Field::kComment:
      return (flags_ & kHasComment) != 0;
    case Field::kCrc:
      break;
  }
  return (flags_ & kHasCrc) != 0;
}

}  // namespace cflt::compression
