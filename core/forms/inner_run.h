// The text inside base64 or hex: what a run's symbols decode to, read as
// symbols in its turn, once for all anchors of one alignment.
//
//   outer run     N  m  b  H  Q  V  w  v ...     4 or 6 bits each
//   bytes          c    f    l    t    A    \  ...     at one alignment
//   inner run      c    f    l    t    A    / ...
//
// Its positions count the bytes of the alignment from the first symbol of the
// outer run on.
#pragma once

#include <cstdint>

#include "core/forms/reading.h"

namespace cflt::forms {

/// Where the text behind an anchor begins.
struct InnerText {
  std::uint32_t symbol_bits;  // of an outer symbol: 6 in base64, 4 in hex
  std::uint32_t bit;          // of all those of the outer run

  constexpr std::uint32_t byte() const { return bit / 8; }
  constexpr std::uint32_t phase() const { return bit % 8; }
  /// Bytes of this alignment that are complete within the outer run's first
  /// `count` symbols.
  constexpr std::uint32_t bytes_within(std::uint32_t count) const {
    const std::uint32_t bits = count * symbol_bits;
    return bits < phase() ? 0 : (bits - phase()) / 8;
  }
  /// The outer symbols before the one that byte number `byte` begins in.
  constexpr std::uint32_t symbols_before(std::uint32_t byte) const {
    return (8 * byte + phase()) / symbol_bits;
  }
};

/// The first symbol in [from, to) that is no hex digit, or `to`.
std::uint32_t find_no_digit(const SymbolRun& run, std::uint32_t from,
                            std::uint32_t to);

/// True where the first bytes may begin a secret, up to the first escape. There
/// are at least kFirstLookBytes.
bool can_begin(const InnerText& text, const SymbolRun& outer);

inline constexpr std::uint32_t kFirstLookBytes = 6;

class InnerRun {
 public:
  InnerRun() : run_(Coding::kBytes, kCapacity) {}

  /// The outer run begins anew, or is wiped.
  void forget();

  std::size_t memory_bytes() const { return run_.memory_bytes(); }

  /// What has been read holds the text, or ends directly before it. A run that
  /// ended earlier does not: the bytes of an anchor belong to no escape.
  bool holds(const InnerText& text) const {
    return symbol_bits_ == text.symbol_bits && phase_ == text.phase() &&
           run_.position() >= text.byte();
  }

  /// Less than 60 of the text's symbols have been read: read() may bring more.
  bool is_short() const { return count() < secret::kSymbolCount; }

  /// From now on all is about this text.
  void enter(const InnerText& text);

  /// Reads on to the 60th symbol of the text, as far as the outer run is known;
  /// no further than the first outer symbol that is not written in one of these
  /// ways, or in hex is no digit.
  void read(const SymbolRun& outer, How written);

  /// The text's symbols, once they have been read.
  Reading reading(const Reading& outer, How written) const;
  /// More outer symbols may bring more symbols, for who reads in these ways.
  bool is_unfinished(How inside) const;
  /// The bytes that the first `count` symbols take, 1 or more.
  std::uint32_t bytes_of(std::uint32_t count) const {
    return static_cast<std::uint32_t>(end(count) - text_.byte());
  }
  /// The outer symbols, from the run's first on, that hold the first `count`.
  std::uint32_t outer_symbols_of(std::uint32_t count) const;
  /// How many symbols come before the first loose outer one; `none` where none
  /// of what has been read is loose.
  std::uint32_t strict_count(const Reading& outer, std::uint32_t none) const;

 private:
  std::uint32_t count() const { return run_.count() - first_; }
  /// The byte number behind the first `count` symbols, 1 or more.
  std::uint64_t end(std::uint32_t count) const {
    return run_.end(first_ + count - 1);
  }

  /// A text's 60 symbols, what is read beyond them, and as much again to
  /// forget.
  static constexpr std::uint32_t kCapacity = 256;

  SymbolRun run_;
  std::uint32_t symbol_bits_ = 0;  // 0: nothing has been read
  std::uint32_t phase_ = 0;
  std::uint32_t decoded_ = 0;  // outer symbols, counted from the run's first
  bool is_broken_ = false;     // the next one is not read
  InnerText text_{};
  std::uint32_t first_ = 0;  // of the text's symbols
};

}  // namespace cflt::forms
