#include "daemon/compression/gzip_reader.h"

#include <isa-l/igzip_lib.h>
#include <strings.h>

#include <algorithm>
#include <string>

namespace cflt::compression {
namespace {

using boost::system::error_code;

constexpr char kFirstOfMagic = '\x1f';

class GzipCategory : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "gzip"; }
  std::string message(int value) const override {
    switch (static_cast<GzipError>(value)) {
      case GzipError::kHeader:
        return "corrupt gzip header";
      case GzipError::kMethod:
        return "unknown compression method in a gzip header";
      case GzipError::kData:
        return "corrupt gzip data";
      case GzipError::kChecksum:
        return "corrupt gzip data: checksum or length is wrong";
      case GzipError::kTruncated:
        return "gzip data ends too early";
      case GzipError::kGarbage:
        return "garbage behind the gzip data";
    }
    return "unknown gzip error";
  }
};

/// With an error the library may give back up to three bytes less than none: it
/// counts the bits that it wanted.
std::size_t used_bytes(std::size_t size, std::uint32_t left) {
  return left <= size ? size - left : size;
}

}  // namespace

error_code make_error_code(GzipError error) {
  static const GzipCategory kCategory;
  return {static_cast<int>(error), kCategory};
}

void GzipReader::Wipe::operator()(inflate_state* state) const {
  ::explicit_bzero(state, sizeof *state);
  delete state;
}

GzipReader::GzipReader() : state_(new inflate_state{}) {
  isal_inflate_init(state_.get());
}

boost::system::result<std::size_t> GzipReader::read(std::span<char> room) {
  for (;;) {
    const std::uint64_t offset = offset_;
    const At at = at_;
    const std::size_t count = step(room);
    if (count > 0) return count;
    if (error_) return error_;
    if (offset == offset_ && at == at_) return std::size_t{0};
  }
}

/// Plain bytes; 0 where it is at a wall, or has moved on.
std::size_t GzipReader::step(std::span<char> room) {
  if (error_) return 0;
  switch (at_) {
    case At::kHeader:
      skip_header();
      return 0;
    case At::kData:
      return inflate(room);
    case At::kPadding:
      break;
  }
  skip_padding();
  return 0;
}

void GzipReader::skip_header() {
  const std::size_t size = input_.size();
  const auto status = header_.take(input_);
  offset_ += size - input_.size();
  if (status == GzipHeader::Status::kNotGzip) {
    error_ = make_error_code(GzipError::kHeader);
  } else if (status == GzipHeader::Status::kUnknownMethod) {
    error_ = make_error_code(GzipError::kMethod);
  } else if (status == GzipHeader::Status::kDone) {
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_GZIP_NO_HDR_VER;
    at_ = At::kData;
  }
}

/// Zeros, up to the next member.
void GzipReader::skip_padding() {
  const auto member = std::ranges::find_if(input_, [](char c) { return c; });
  const auto zeros = member - input_.begin();
  offset_ += static_cast<std::uint64_t>(zeros);
  input_ = input_.subspan(static_cast<std::size_t>(zeros));
  if (input_.empty()) return;
  if (input_.front() != kFirstOfMagic) {
    error_ = make_error_code(GzipError::kGarbage);
  }
  header_ = {};
  at_ = At::kHeader;
}

std::size_t GzipReader::inflate(std::span<char> room) {
  // The library does not write to its input.
  state_->next_in =
      reinterpret_cast<std::uint8_t*>(const_cast<char*>(input_.data()));
  state_->avail_in = static_cast<std::uint32_t>(input_.size());
  state_->next_out = reinterpret_cast<std::uint8_t*>(room.data());
  state_->avail_out = static_cast<std::uint32_t>(room.size());
  const int answer = isal_inflate(state_.get());
  const std::size_t used = used_bytes(input_.size(), state_->avail_in);
  input_ = input_.subspan(used);
  offset_ += used;
  if (answer < ISAL_DECOMP_OK) {
    error_ =
        make_error_code(answer == ISAL_INCORRECT_CHECKSUM ? GzipError::kChecksum
                                                          : GzipError::kData);
  }
  if (state_->block_state == ISAL_BLOCK_FINISH) at_ = At::kPadding;
  return room.size() - state_->avail_out;
}

error_code GzipReader::finish() const {
  if (at_ == At::kPadding) return {};
  return make_error_code(GzipError::kTruncated);
}

}  // namespace cflt::compression
