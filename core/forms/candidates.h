// Candidates: what an anchor's run of symbols says, read as a secret.
//
// Each family has a file that knows how its symbols lie in the run; this
// header is what the stream sees of them. `first` is the index in the run of
// the first symbol behind the anchor.
#pragma once

#include <array>
#include <cstdint>

#include "core/forms/inner_run.h"

namespace cflt::forms {

/// The three ways in which symbols lie in a run.
enum class Layout : std::uint8_t { kText, kBase64, kHex };

/// What the families differ in. A table: it is asked several times an anchor.
struct FamilyTraits {
  Coding coding;
  Layout layout;
  std::uint8_t base64_offset = 0;  // bytes before the `c` in its group of three
  Base base = Base::kDecimal;      // of a list's numbers
};

inline constexpr std::array<FamilyTraits, scan::kFamilyCount> kFamilyTraits = {{
    {Coding::kBytes, Layout::kText},
    {Coding::kBytes, Layout::kBase64, 0},
    {Coding::kBytes, Layout::kBase64, 1},
    {Coding::kBytes, Layout::kBase64, 2},
    {Coding::kBytes, Layout::kHex},
    {Coding::kUtf16, Layout::kText},
    {Coding::kUtf16, Layout::kBase64, 0},
    {Coding::kUtf16, Layout::kBase64, 1},
    {Coding::kUtf16, Layout::kBase64, 2},
    {Coding::kNumbers, Layout::kText, 0, Base::kDecimal},
    {Coding::kNumbers, Layout::kText, 0, Base::kHex},
}};

constexpr const FamilyTraits& traits_of(Family family) {
  return kFamilyTraits.data()[static_cast<std::size_t>(family)];
}

/// How the bytes are written that a family is found in.
constexpr Coding coding_of(Family family) { return traits_of(family).coding; }
/// The base of a list's numbers; of other families, any.
constexpr Base base_of(Family family) { return traits_of(family).base; }
constexpr std::uint32_t base64_offset(Family family) {
  return traits_of(family).base64_offset;
}
constexpr bool is_base64(Family family) {
  return traits_of(family).layout == Layout::kBase64;
}

static_assert(coding_of(Family::kHexes) == Coding::kNumbers &&
              base_of(Family::kHexes) == Base::kHex);
static_assert(base64_offset(Family::kUtf16Base64At2) == 2 &&
              is_base64(Family::kUtf16Base64At2) &&
              coding_of(Family::kUtf16Base64At2) == Coding::kUtf16);
static_assert(traits_of(Family::kHex).layout == Layout::kHex);

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
