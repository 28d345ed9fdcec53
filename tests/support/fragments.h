// Inputs made of what the redactor cares about, glued together by a recipe.
//
// A recipe is any bytes: two for each fragment, its kind and a parameter. So
// RapidCheck can shrink it, and libFuzzer can mutate it and still meet valid
// checksums.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace cflt::test {

std::string compose(std::span<const std::uint8_t> recipe);

/// Secrets that overlap: each next one begins inside the one before.
std::string overlapping_chain(std::uint64_t seed, unsigned count);

}  // namespace cflt::test
