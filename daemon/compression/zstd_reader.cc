#include "daemon/compression/zstd_reader.h"

#include <zstd_errors.h>

#include <new>
#include <string>

#include "daemon/compression/zstd_memory.h"

namespace cflt::compression {
namespace {

using boost::system::error_code;

constexpr int kTruncated = -1;

/// The library's own codes, and kTruncated.
class ZstdCategory : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "zstd"; }
  std::string message(int value) const override {
    if (value == kTruncated) return "zstd data ends too early";
    if (value == ZSTD_error_frameParameter_windowTooLarge) {
      return "zstd data needs a window of more than 128 MiB; decompress it "
             "with "
             "zstd -d --long=31";
    }
    return std::string("corrupt zstd data: ") +
           ZSTD_getErrorString(static_cast<ZSTD_ErrorCode>(value));
  }
};

error_code zstd_error(int value) {
  static const ZstdCategory kCategory;
  return {value, kCategory};
}

}  // namespace

void ZstdReader::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

ZstdReader::ZstdReader() : context_(ZSTD_createDCtx_advanced(wiped_memory())) {
  if (!context_) throw std::bad_alloc();
}

boost::system::result<std::size_t> ZstdReader::read(std::span<char> room) {
  while (!error_ && (!input_.empty() || holds_output_)) {
    const std::size_t count = step(room);
    if (count > 0) return count;
  }
  if (error_) return error_;
  return std::size_t{0};
}

/// One call of the library. It is not made without input or output to come: at
/// the end of a frame it would begin another one.
std::size_t ZstdReader::step(std::span<char> room) {
  ZSTD_outBuffer out{room.data(), room.size(), 0};
  ZSTD_inBuffer in{input_.data(), input_.size(), 0};
  const std::size_t answer = ZSTD_decompressStream(context_.get(), &out, &in);
  input_ = input_.subspan(in.pos);
  offset_ += in.pos;
  if (ZSTD_isError(answer) != 0) {
    error_ = zstd_error(ZSTD_getErrorCode(answer));
  }
  in_frame_ = answer != 0;
  holds_output_ = in_frame_ && out.pos == room.size();
  return out.pos;
}

error_code ZstdReader::finish() const {
  return in_frame_ ? zstd_error(kTruncated) : error_code();
}

}  // namespace cflt::compression
