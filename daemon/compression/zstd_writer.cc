#include "daemon/compression/zstd_writer.h"

#include <cerrno>
#include <new>
#include <utility>

#include "daemon/base/system_error.h"
#include "daemon/compression/zstd_memory.h"

namespace cflt::compression {

using boost::system::error_code;

void ZstdWriter::Free::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

ZstdWriter::ZstdWriter(Write write)
    : write_(std::move(write)),
      context_(ZSTD_createCCtx_advanced(wiped_memory())),
      compressed_(ZSTD_CStreamOutSize()) {
  if (!context_) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}

error_code ZstdWriter::add(std::span<const char> plain) {
  return compress(plain, false);
}

error_code ZstdWriter::finish() { return compress({}, true); }

error_code ZstdWriter::compress(std::span<const char> plain, bool last) {
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{compressed_.data(), compressed_.size(), 0};
    const std::size_t answer = ZSTD_compressStream2(
        context_.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(answer) != 0) return base::system_error(EIO);
    if (const auto error = write_({compressed_.data(), out.pos})) return error;
    if (last ? answer == 0 : in.pos == in.size) return {};
  }
}

}  // namespace cflt::compression
