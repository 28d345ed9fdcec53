#include "core/forms/candidates.h"

#include "core/forms/base64.h"
#include "core/forms/hex.h"
#include "core/forms/text.h"

namespace cflt::forms {
namespace {

/// The four ways in which symbols lie in a run.
enum class Layout { kText, kUtf16, kBase64, kHex };

constexpr Layout layout(Family family) {
  switch (family) {
    case Family::kText:
      return Layout::kText;
    case Family::kUtf16:
      return Layout::kUtf16;
    case Family::kHexLower:
    case Family::kHexUpper:
      return Layout::kHex;
    default:
      return Layout::kBase64;
  }
}

/// A run of UTF-16 holds nothing but UTF-16.
constexpr How kUtf16Ways = How::loose_utf16();

}  // namespace

bool fits_behind(Family family, char previous) {
  return layout(family) != Layout::kBase64 ||
         base64::fits_behind(family, previous);
}

std::uint32_t symbols_needed(Family family) {
  return symbols_covering(family, secret::kSymbolCount);
}

std::uint32_t symbols_covering(Family family, std::uint32_t count) {
  switch (layout(family)) {
    case Layout::kBase64:
      return base64::symbols_covering(family, count);
    case Layout::kHex:
      return 2 * count;
    default:
      return count;
  }
}

bool is_broken(Family family, const Ways& ways, const Reading& reading) {
  switch (layout(family)) {
    case Layout::kBase64:
      return base64::is_broken(ways.base64, reading);
    case Layout::kHex:
      return hex::is_broken(reading);
    case Layout::kUtf16:
      return text::is_broken(kUtf16Ways, reading);
    default:
      return text::is_broken(ways.text, reading);
  }
}

bool is_hopeless(Family family, const Ways& ways, const Reading& reading) {
  switch (layout(family)) {
    case Layout::kBase64:
      return base64::is_hopeless(family, ways.base64, reading);
    case Layout::kHex:
      return hex::is_hopeless(reading);
    case Layout::kUtf16:
      return text::is_hopeless(kUtf16Ways, reading);
    default:
      return text::is_hopeless(ways.text, reading);
  }
}

void read(Family family, const Ways& ways, const Reading& reading,
          Candidate& candidate) {
  switch (layout(family)) {
    case Layout::kBase64:
      return base64::read(family, ways.base64, reading, candidate);
    case Layout::kHex:
      return hex::read(reading, candidate);
    case Layout::kUtf16:
      return text::read(kUtf16Ways, reading, candidate);
    default:
      return text::read(ways.text, reading, candidate);
  }
}

Form form_of(Family family, const Reading& reading, std::uint32_t count) {
  switch (layout(family)) {
    case Layout::kBase64:
      return base64::form_of(family, reading, count);
    case Layout::kHex:
      return Form::kHex;
    case Layout::kUtf16:
      return Form::kUtf16;
    default:
      return text::form_of(reading, count);
  }
}

}  // namespace cflt::forms
