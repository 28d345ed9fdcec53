// A view of stream bytes, and the check for broken invariants.
//
// Bytes has no iterators, no stream operator and no fmt formatter on purpose:
// stream content can be scanned, copied and written, but a line that logs it
// does not compile (tests/core/bytes_test.cc keeps it so).
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>

/// Aborts when an invariant of this program is broken. Never depends on input.
/// It names the file without its folder, so that the program holds no path of
/// the machine that built it.
#define CFLT_CHECK(condition)                                            \
  do {                                                                   \
    if (!(condition)) [[unlikely]] {                                     \
      std::fprintf(stderr, "cflt-redact: %s:%d: broken invariant: %s\n", \
                   __FILE_NAME__, __LINE__, #condition);                 \
      std::abort();                                                      \
    }                                                                    \
  } while (false)

namespace cflt {

/// How much is read at once: it fits a core's second-level cache, so that what
/// read() copied in is still there for the scan and for write(). Measured in
/// docs/performance.md.
inline constexpr std::size_t kChunkBytes = 256 << 10;

/// Read-only bytes owned by somebody else; the maker says until when.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr Bytes(const char* data, std::size_t size)
      : data_(data), size_(size) {}

  constexpr const char* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr char operator[](std::size_t i) const { return data_[i]; }

  /// The bytes in [from, to); 0 <= from <= to <= size().
  constexpr Bytes slice(std::size_t from, std::size_t to) const {
    return {data_ + from, to - from};
  }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace cflt
