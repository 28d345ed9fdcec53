// The symbols read behind an anchor: what the verdict is made from.
#pragma once

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

struct Candidate {
  /// Canonical, `count` of them; valid until the run that they are in is read
  /// on.
  const char* symbols = nullptr;
  std::uint32_t count = 0;
  /// The strict run: the symbols before the first loose one.
  std::uint32_t strict_count = 0;
  RunEnd strict_end = RunEnd::kCut;
  /// One of the symbols is written as a space, or a line break stands in front
  /// of one.
  bool scattered = false;
  /// Inside base64 or hex, where escapes take more than a symbol: it may go on
  /// where the run does.
  bool unfinished = false;
};

}  // namespace cflt::secret
