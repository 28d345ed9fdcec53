// Candidates: what an anchor's run of symbols says, read as a secret.
//
// Each family has a file that knows how its symbols lie in the run; this
// header is what the stream sees of them. `first` is the index in the run of
// the first symbol behind the anchor.
#pragma once

#include <cstdint>

#include "core/forms/reading.h"

namespace cflt::forms {

/// True where the anchor's condition on the byte before it holds.
bool fits_behind(Family family, char previous);

/// Symbols of the run that a whole secret of this family takes.
std::uint32_t symbols_needed(Family family);

/// The symbols of the run that the first `count` symbols of a secret take.
std::uint32_t symbols_covering(Family family, std::uint32_t count);

/// True where one of the symbols in the run ends the candidate early: there
/// is no need to wait for more.
bool is_broken(Family family, const Ways& ways, const Reading& reading);

/// True only where any candidate read here fails; looks at a few symbols.
bool is_hopeless(Family family, const Ways& ways, const Reading& reading);

/// Reads the candidate.
void read(Family family, const Ways& ways, const Reading& reading,
          Candidate& candidate);

/// The form of the candidate's first `count` symbols.
Form form_of(Family family, const Reading& reading, std::uint32_t count);

}  // namespace cflt::forms
