// Gzip (RFC 1952): compressed bytes in, plain bytes out. Knows no file.
//
//   member ▸ member ▸ … ▸ zeros ▸ end
//
// Any number of members, one after the other; zeros may follow, as tapes and
// block devices leave them. All else is an error, so that nothing is left
// unread in silence. What it holds of the plain text, at most 64 KiB, is
// overwritten in the end.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <span>

#include "daemon/gzip/gzip_header.h"

struct inflate_state;

namespace cflt::daemon {

enum class GzipError {
  kHeader = 1,
  kMethod,
  kData,
  kChecksum,
  kTruncated,
  kGarbage,
};
boost::system::error_code make_error_code(GzipError error);

class GzipReader {
 public:
  GzipReader();

  /// Whether a stream that begins so is gzip's; two bytes decide.
  static bool is_gzip(std::span<const char> begin);

  /// The same by the first of them.
  static bool may_be_gzip(char first);

  /// Compressed bytes; they stay where they are until read() returned 0.
  void feed(std::span<const char> compressed);

  /// Plain bytes; 0: feed it, or there was the end. What stands before an error
  /// comes first.
  boost::system::result<std::size_t> read(std::span<char> room);

  /// What is wrong with a stream that ends here.
  boost::system::error_code finish() const;

  /// Compressed bytes that were used so far.
  std::uint64_t offset() const { return offset_; }

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

}  // namespace cflt::daemon
