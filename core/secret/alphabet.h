// The 64 symbols of base64 and of a secret (RFC 4648, tables 1 and 2).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cflt::secret {

inline constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline constexpr std::uint8_t kNoSymbol = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoSymbol);
  for (std::uint8_t i = 0; i < 64; ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = i;
  }
  return values;
}

inline constexpr auto kValues = make_values();

/// 0 to 63, or kNoSymbol.
constexpr std::uint8_t value_of(char symbol) {
  return kValues[static_cast<unsigned char>(symbol)];
}

constexpr bool is_alphanumeric(char c) { return value_of(c) < 62; }

/// `+` for `-` and `/` for `_` (base64url), any other byte as it is.
constexpr char canonical(char c) { return c == '-' ? '+' : c == '_' ? '/' : c; }

/// `-`, `_` or a space: they write a symbol, and have other uses.
constexpr bool is_loose(char c) { return c == '-' || c == '_' || c == ' '; }

}  // namespace cflt::secret
