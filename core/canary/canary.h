// Fake secrets that are valid by their checksum, to try a deployment with.
//
// They are drawn from a seeded generator, so the same seed makes the same
// canaries everywhere; nothing about them is a credential.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "core/forms/form.h"

namespace cflt::canary {

class Canaries {
 public:
  explicit Canaries(std::uint64_t seed) : random_(seed) {}

  /// The next fake secret, 64 characters. Its body holds a `+` and a `/`, so
  /// that every way of writing shows.
  std::string next_secret();

  /// The next fake secret as it is found in the wild in `form`, with what
  /// belongs to the form around it (padding, a colour's end).
  std::string next(forms::Form form);

 private:
  std::string random_body();
  std::string next_base64_escaped();

  std::mt19937_64 random_;
  unsigned offset_ = 0;  // in the group of three, of the next base64
};

/// `secret` with its symbols written in `form`; any form but the two base64.
std::string write_symbols(const std::string& secret, forms::Form form);

/// RFC 4648, section 4, with padding.
std::string to_base64(const std::string& bytes);

}  // namespace cflt::canary
