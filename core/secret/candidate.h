// The symbols read behind an anchor: what the verdict is made from.
#pragma once

#include <string.h>

#include <array>
#include <cstdint>

namespace cflt::secret {

inline constexpr std::uint32_t kBodyCount = 54;
inline constexpr std::uint32_t kCheckCount = 6;
/// Symbols behind `cflt`.
inline constexpr std::uint32_t kSymbolCount = kBodyCount + kCheckCount;

/// Why a run of symbols goes no further.
enum class RunEnd : std::uint8_t {
  kCut,   // it may go on: the window or the 60 symbols are full
  kByte,  // another byte, or the end of the stream
  kStar,  // a `*`, as in a mask
};

/// What was decoded is its own, and overwritten when it goes.
struct Candidate {
  Candidate() = default;
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;
  ~Candidate() {
    if (symbols == first()) explicit_bzero(decoded.data(), decoded.size());
  }

  /// Where the first symbol is decoded to. Two bytes before it, and 16 behind
  /// the last, can be written too: what decodes many at a time needs them.
  char* first() { return decoded.data() + 2; }

  /// Decoded bytes that the first `n` symbols take, 1 <= n <= count; what is
  /// not escaped takes one each.
  std::uint32_t bytes_of(std::uint32_t n) const {
    return escaped ? ends[n - 1] : n;
  }

  std::array<char, 2 + kSymbolCount + 16> decoded;
  /// Canonical; symbols[0 .. count) are set. Either `decoded`, or the symbols
  /// of a run, valid until it is read on.
  const char* symbols = first();
  std::uint32_t count = 0;
  /// The strict run: the symbols before the first loose one.
  std::uint32_t strict_count = 0;
  RunEnd strict_end = RunEnd::kCut;
  /// One of the symbols is written as a space, or a line break stands in front
  /// of one.
  bool scattered = false;
  /// Inside base64 or hex: symbols are escaped there, and end where `ends`
  /// says.
  bool escaped = false;
  /// The same: it may go on where the run does.
  bool unfinished = false;
  std::array<std::uint16_t, kSymbolCount> ends;
};

}  // namespace cflt::secret
