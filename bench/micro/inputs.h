// What is measured on: made from fixed seeds, the same in every run.
//
// An input knows what must come out, so that nothing wrong is timed. Its
// secrets are made at run time; nothing about them is a credential.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/canary/canary.h"

namespace cflt::bench {

/// A block that stays in a core's second-level cache; the filter's chunk.
inline constexpr std::size_t kHotBytes = 256 << 10;

struct Input {
  std::string bytes;
  std::string masked;  // what must come out
};

/// How to make an input of `size` bytes, up to one line or unit more.
struct Recipe {
  std::string_view name;
  Input (*make)(std::size_t size);
};

/// Log lines without an anchor.
Input plain_log(std::size_t size);

/// Log lines with a secret in every 1000th.
Input sparse_log(std::size_t size);

/// `unit` over and over; it comes out as it is.
Input repeated(std::string_view unit, std::size_t size);

/// The two logs, then the worst that anyone could think of.
std::span<const Recipe> recipes();

/// A secret but for one symbol of its body, so its check is wrong.
std::string next_near_miss(canary::Canaries& canaries);

}  // namespace cflt::bench
