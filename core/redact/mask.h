// What stands in the place of a secret (docs/language.md, 5).
//
// A mask begins with the anchor, which is not secret and has left already; the
// tail made here follows it. Stars stop every reader and never end a truncated
// candidate, so redacting redacted output changes nothing.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "core/scan/anchor.h"

namespace cflt::redact {

/// The bytes that follow the anchor in place of a secret.
class MaskTail {
 public:
  /// `symbol_count` symbols behind `cflt` are replaced. `last_symbol` is the
  /// last written symbol among them; base64 keeps its bits that belong to the
  /// next byte.
  MaskTail(scan::Family family, std::uint32_t symbol_count, char last_symbol);

  Bytes bytes() const { return {tail_.data(), size_}; }

 private:
  void append(std::string_view bytes);
  void append_base64(scan::Family family, std::uint32_t symbol_count,
                     char last_symbol);

  std::array<char, 16> tail_;
  std::size_t size_ = 0;
};

}  // namespace cflt::redact
