// Zstandard (RFC 8878): compressed bytes in, plain bytes out.
//
// Any number of frames, and of skippable frames, one after the other. All else
// is an error, so that nothing is left unread in silence. A frame that asks for
// a window of more than 128 MiB is an error too, as with `zstd -d`: so much
// memory does it take at most, and less for what was written without --ultra
// and
// --long.
#pragma once

#include <memory>

#include "daemon/compression/decoder.h"

struct ZSTD_DCtx_s;

namespace cflt::compression {

class ZstdReader final : public Decoder {
 public:
  ZstdReader();

  void feed(std::span<const char> compressed) override { input_ = compressed; }
  boost::system::result<std::size_t> read(std::span<char> room) override;
  boost::system::error_code finish() const override;
  std::uint64_t offset() const override { return offset_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  std::size_t step(std::span<char> room);

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::span<const char> input_;
  std::uint64_t offset_ = 0;
  boost::system::error_code error_;
  bool in_frame_ = true;       // also before the first
  bool holds_output_ = false;  // for which there was no room
};

}  // namespace cflt::compression
