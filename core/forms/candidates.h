// Candidates: what an anchor's run of symbols says, read as a secret.
//
// Each family has a file that knows how its symbols lie in the run; this
// header is what the stream sees of them. `first` is the index in the run of
// the first symbol behind the anchor.
#pragma once

#include <cstdint>

#include "core/forms/inner_run.h"

namespace cflt::forms {

/// How the bytes are written that a family is found in.
constexpr Coding coding_of(Family family) {
  return scan::is_list(family)    ? Coding::kNumbers
         : scan::is_utf16(family) ? Coding::kUtf16
                                  : Coding::kBytes;
}

/// The base of a list's numbers; of other families, any.
constexpr Base base_of(Family family) {
  return family == Family::kHexes ? Base::kHex : Base::kDecimal;
}

/// 0, 1 or 2: where in its group of three a `c` in base64 stands.
constexpr std::uint32_t base64_offset(Family family) {
  using enum scan::Family;
  return family == kBase64At0 || family == kUtf16Base64At0   ? 0
         : family == kBase64At1 || family == kUtf16Base64At1 ? 1
                                                             : 2;
}

constexpr bool is_base64(Family family) {
  using enum scan::Family;
  return (kBase64At0 <= family && family <= kBase64At2) ||
         (kUtf16Base64At0 <= family && family <= kUtf16Base64At2);
}

/// True where the anchor's condition on the unit before it holds.
bool fits_behind(Family family, char previous);

/// Symbols of the run that a whole secret of this family takes, or more.
std::uint32_t symbols_needed(Family family);

/// The symbols of the run that `count` bytes of a secret's text take.
std::uint32_t symbols_covering(Family family, std::uint32_t count);

/// True where one of the symbols in the run, or what stands behind them, ends
/// the candidate early: there is no need to wait for more.
bool is_broken(Family family, const Ways& ways, const Reading& reading);

/// True only where any candidate read here fails; faster than reading it.
/// `inner` belongs to the reading's run.
bool is_hopeless(Family family, const Ways& ways, const Reading& reading,
                 InnerRun& inner);

/// Reads the candidate. Its symbols stay in the run, or in `inner`.
void read(Family family, const Ways& ways, const Reading& reading,
          InnerRun& inner, Candidate& candidate);

/// Bytes of the text that the first `count` symbols of the candidate take that
/// was read last.
std::uint32_t bytes_of(Family family, const InnerRun& inner,
                       std::uint32_t count);

/// The form of a candidate whose first symbols take `count` of the run.
Form form_of(Family family, const Reading& reading, std::uint32_t count,
             bool is_escaped_inside);

}  // namespace cflt::forms
