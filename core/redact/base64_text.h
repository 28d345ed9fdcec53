// The base64 text of `cflt` and stars.
#pragma once

#include <cstdint>

namespace cflt::redact {

class Base64Text {
 public:
  /// Behind an anchor at `offset` (forms/base64.h), `stars` stars. The bits of
  /// `last_symbol` that belong to the next byte keep their value.
  Base64Text(std::uint32_t offset, std::uint32_t stars, char last_symbol);

  /// How many symbols there are behind the anchor.
  std::uint32_t size() const { return size_; }
  /// One of them.
  char symbol(std::uint32_t index) const;
  /// Whether that is the last of four that stand for three bytes.
  bool is_fourth(std::uint32_t index) const;

 private:
  unsigned bit(std::uint32_t index) const;

  std::uint32_t offset_;
  std::uint32_t stars_;
  std::uint32_t size_;
  unsigned last_value_;
};

}  // namespace cflt::redact
