// "Did you mean": the nearest of the words that are known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cflt::config {

/// The word of `known` that `word` was probably meant to be: the same but for
/// at most a third of its letters changed, added, left out or swapped.
std::optional<std::string> nearest(std::string_view word,
                                   std::span<const std::string> known);

/// "; did you mean X?", or nothing.
std::string suggestion(std::string_view word,
                       std::span<const std::string> known);

}  // namespace cflt::config
