// Gzip (RFC 1952): compressed bytes in, plain bytes out.
//
//   member ▸ member ▸ … ▸ zeros ▸ end
//
// Any number of members, one after the other; zeros may follow, as tapes and
// block devices leave them. All else is an error, so that nothing is left
// unread in silence. What it holds of the plain text, at most 64 KiB, is
// overwritten in the end.
#pragma once

#include <memory>

#include "daemon/compression/decoder.h"
#include "daemon/compression/gzip_header.h"

struct inflate_state;

namespace cflt::compression {

enum class GzipError {
  kHeader = 1,
  kMethod,
  kData,
  kChecksum,
  kTruncated,
  kGarbage,
};
boost::system::error_code make_error_code(GzipError error);

class GzipReader final : public Decoder {
 public:
  GzipReader();

  void feed(std::span<const char> compressed) override { input_ = compressed; }
  boost::system::result<std::size_t> read(std::span<char> room) override;
  boost::system::error_code finish() const override;
  std::uint64_t offset() const override { return offset_; }

 private:
  enum class At { kHeader, kData, kPadding };
  struct Wipe {
    void operator()(inflate_state* state) const;
  };

  std::size_t step(std::span<char> room);
  void skip_header();
  void skip_padding();
  std::size_t inflate(std::span<char> room);

  std::unique_ptr<inflate_state, Wipe> state_;
  std::span<const char> input_;
  std::uint64_t offset_ = 0;
  boost::system::error_code error_;
  GzipHeader header_;
  At at_ = At::kHeader;
};

}  // namespace cflt::compression
