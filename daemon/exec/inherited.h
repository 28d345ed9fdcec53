// What we were started with, so that a child can be started with the same.
#pragma once

#include <vector>

namespace cflt::exec {

/// Notes the signal mask and which signals are ignored. Comes before anything
/// that changes them.
void remember_inherited_signals();

/// Makes mask and dispositions what they were. For a new child: calls nothing
/// that is not async-signal-safe.
void restore_inherited_signals();

/// Gives the environment its variables of the loader back, which the launcher
/// of a bundle has put aside: they are for the command, whose libraries they
/// fit.
void restore_loader_variables();

/// The descriptors from 3 on that are open now; none where /proc is not there.
std::vector<int> open_descriptors();

}  // namespace cflt::exec
