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

  std::mt19937_64 random_;
  unsigned offset_ = 0;  // in the group of three, of the next base64
};

/// True where base64-escaped can show: the secret's last character makes it
/// share a symbol with what follows that can be written with `-` or `_`.
bool fits_base64_escaped(const std::string& secret);

/// `secret` as it is found in `form`. `offset`, 0 to 2, is where base64 begins
/// it in a group of three. base64-escaped wants fits_base64_escaped().
std::string write_secret(const std::string& secret, forms::Form form,
                         unsigned offset);

/// `secret` with its symbols written in `form`; any form but the two base64.
std::string write_symbols(const std::string& secret, forms::Form form);

/// RFC 4648, section 4, with padding.
std::string to_base64(const std::string& bytes);

}  // namespace cflt::canary
