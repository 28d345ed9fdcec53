// What an anchor's run of symbols is read as: the part of it that is the
// anchor's, and in which ways.
#pragma once

#include "core/forms/symbol_run.h"
#include "core/secret/candidate.h"

namespace cflt::forms {

using scan::Family;
using secret::Candidate;
using secret::RunEnd;

/// The ways of writing that a candidate may use: in its symbols, and in the
/// text that base64 and hex decode to.
struct Ways {
  How written;
  How inside;
};

/// The ways of each family.
class WaysOfFamilies {
 public:
  explicit WaysOfFamilies(FormSet chosen);
  const Ways& of(Family family) const {
    return ways_.data()[static_cast<std::size_t>(family)];
  }

 private:
  std::array<Ways, scan::kFamilyCount> ways_;
};

/// The part of a run that belongs to one anchor.
struct Reading {
  const SymbolRun& run;
  std::uint32_t first;
  std::uint32_t count;  // symbols of the run, all that are known
  RunEnd end;           // why there are no more in the run

  /// All ways in which the symbols are written.
  How used() const { return run.how(first, first + count); }
  /// Why there are no more strict ones for who reads in these ways only.
  RunEnd end_for(How ways) const {
    return run.is_loose_ahead() || run.is_ended_for(ways) ? RunEnd::kByte : end;
  }
};

}  // namespace cflt::forms
