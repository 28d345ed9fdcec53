// Zstandard (RFC 8878), one frame with a checksum: plain bytes in, compressed
// bytes out, at the library's own default level.
#pragma once

#include <memory>
#include <vector>

#include "daemon/compression/encoder.h"

struct ZSTD_CCtx_s;

namespace cflt::compression {

class ZstdWriter final : public Encoder {
 public:
  explicit ZstdWriter(Write write);

  boost::system::error_code add(std::span<const char> plain) override;
  boost::system::error_code finish() override;

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };

  boost::system::error_code compress(std::span<const char> plain, bool last);

  Write write_;
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  std::vector<char> compressed_;
};

}  // namespace cflt::compression
