// What an anchor's run of symbols is read as: the part of it that is the
// anchor's, and in which ways.
#pragma once

#include "core/forms/symbol_run.h"
#include "core/secret/candidate.h"

namespace cflt::forms {

using scan::Family;
using secret::Candidate;
using secret::RunEnd;

/// The ways of writing that each family may use.
struct Ways {
  explicit Ways(FormSet chosen)
      : text(How::any_of(written_in_text(chosen))),
        base64(How::any_of(written_in_base64(chosen))) {}
  How text;
  How base64;
};

/// The part of a run that belongs to one anchor.
struct Reading {
  const SymbolRun& run;
  std::uint32_t first;
  std::uint32_t count;  // symbols of the run, <= symbols_needed()
  RunEnd end;           // why there are no more in the run

  /// Why there are no more for who reads in these ways only.
  RunEnd end_for(How ways) const {
    return run.is_ended_for(ways) ? RunEnd::kByte : end;
  }
};

}  // namespace cflt::forms
