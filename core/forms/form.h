// The written forms of a secret, and sets of them (docs/language.md, 3 and 6).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/scan/anchor.h"

namespace cflt::forms {

enum class Form : std::uint8_t {
  kPlain,
  kUrlsafe,
  kForm,
  kJson,
  kUnicode,
  kPercent,
  kHtml,
  kColor,
  kWrapped,
  kBase64,
  kBase64Escaped,
  kHex,
  kNumbers,
  kUtf16,
};

inline constexpr std::size_t kFormCount = 14;

/// The names of the command line, the metrics and the reports.
inline constexpr std::array<std::string_view, kFormCount> kFormNames = {
    "plain",          "urlsafe", "form",    "json",    "unicode",
    "percent",        "html",    "color",   "wrapped", "base64",
    "base64-escaped", "hex",     "numbers", "utf16",
};

constexpr std::string_view name(Form form) {
  return kFormNames[static_cast<std::size_t>(form)];
}

std::optional<Form> form_by_name(std::string_view name);

/// A set of forms, one bit each.
class FormSet {
 public:
  constexpr FormSet() = default;
  static constexpr FormSet all() {
    FormSet set;
    set.bits_ = (1U << kFormCount) - 1;
    return set;
  }

  constexpr FormSet& add(Form form) {
    bits_ |= bit(form);
    return *this;
  }
  constexpr bool has(Form form) const { return (bits_ & bit(form)) != 0; }
  constexpr bool has_any(FormSet other) const {
    return (bits_ & other.bits_) != 0;
  }
  constexpr FormSet operator&(FormSet other) const {
    FormSet set;
    set.bits_ = bits_ & other.bits_;
    return set;
  }
  constexpr FormSet operator|(FormSet other) const {
    FormSet set;
    set.bits_ = bits_ | other.bits_;
    return set;
  }
  constexpr bool empty() const { return bits_ == 0; }

 private:
  static constexpr unsigned bit(Form form) {
    return 1U << static_cast<unsigned>(form);
  }
  unsigned bits_ = 0;
};

/// The ways of writing that a candidate behind a `cflt` may use; empty where
/// no text form is chosen.
FormSet written_in_text(FormSet chosen);

/// The ways of writing that the symbols of base64 may use; empty where no
/// base64 form is chosen.
FormSet written_in_base64(FormSet chosen);

/// The ways of writing of the text inside base64.
FormSet written_inside_base64(FormSet chosen);

/// The ways of writing of the text inside hex.
FormSet written_inside_hex();

/// The anchors to look for.
scan::FamilySet families(FormSet chosen);

}  // namespace cflt::forms
