// Where the symbols of a span are written.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/bytes.h"
#include "core/forms/grammar.h"

namespace cflt::forms {

/// Bytes [begin, end) of a span, which write one symbol.
struct Written {
  std::uint32_t begin;
  std::uint32_t end;
};

/// The written symbols of what stands behind an anchor, without the colour
/// sequences and line breaks in front of them. Reads a span once more: as a
/// secret is rare, a run need not keep it.
class WrittenSymbols {
 public:
  /// A unit is one byte, or the last of `unit_bytes`.
  WrittenSymbols(Bytes span, std::uint32_t unit_bytes);

  std::span<const Written> all() const { return {written_.data(), count_}; }

 private:
  void take(char unit, std::uint32_t begin, std::uint32_t end);
  void store(std::uint32_t index, std::uint32_t end);

  /// A window of symbols, and spaces that may be padding.
  static constexpr std::uint32_t kCapacity = 1024;

  Grammar::State state_ = Grammar::kBetween;
  std::uint32_t begin_ = 0;
  std::uint32_t spaces_ = 0;  // behind the last symbol, stored but not counted
  bool is_broken_ = false;    // a line end stands behind the last symbol
  std::uint32_t count_ = 0;
  std::array<Written, kCapacity> written_;
};

}  // namespace cflt::forms
