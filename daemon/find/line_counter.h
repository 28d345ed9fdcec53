// Which line a byte of a stream stands in, counted as far as somebody asks.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace cflt::find {

class LineCounter {
 public:
  /// Counts the lines of `bytes`, which stand at position().
  void count(Bytes bytes);

  std::uint64_t position() const { return position_; }
  /// Of the byte at position(), from 1.
  std::uint64_t line() const { return line_; }
  std::uint64_t column() const { return position_ - line_begin_ + 1; }

 private:
  std::uint64_t position_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t line_begin_ = 0;
};

}  // namespace cflt::find
