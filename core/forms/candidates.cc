#include "core/forms/candidates.h"

#include "core/forms/base64.h"
#include "core/forms/hex.h"
#include "core/forms/text.h"

namespace cflt::forms {
WaysOfFamilies::WaysOfFamilies(FormSet chosen) {
  const FormSet all = FormSet::all();
  const FormSet breaks = chosen & FormSet().add(Form::kWrapped);
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    const auto family = static_cast<Family>(i);
    const FormSet asked = coding_of(family) == Coding::kBytes ? chosen : all;
    switch (traits_of(family).layout) {
      case Layout::kText:
        ways_[i] = {How::any_of(written_in_text(asked)), How()};
        break;
      case Layout::kBase64:
        ways_[i] = {How::any_of(written_in_base64(asked)),
                    How::any_of(written_inside_base64(asked))};
        break;
      case Layout::kHex:
        ways_[i] = {How::any_of(breaks), How::any_of(written_inside_hex())};
        break;
    }
  }
}

bool fits_behind(Family family, char previous) {
  return !is_base64(family) ||
         base64::fits_behind(base64_offset(family), previous);
}

std::uint32_t symbols_needed(Family family) {
  return symbols_covering(family, secret::kSymbolCount);
}

std::uint32_t symbols_covering(Family family, std::uint32_t count) {
  switch (traits_of(family).layout) {
    case Layout::kBase64:
      return base64::symbols_covering(base64_offset(family), count);
    case Layout::kHex:
      return 2 * count;
    default:
      return count;
  }
}

bool is_broken(Family family, const Ways& ways, const Reading& reading) {
  switch (traits_of(family).layout) {
    case Layout::kBase64:
      return base64::is_broken(ways, reading);
    case Layout::kHex:
      return hex::is_broken(ways, reading);
    default:
      return text::is_broken(ways.written, reading);
  }
}

bool is_hopeless(Family family, const Ways& ways, const Reading& reading,
                 InnerRun& inner) {
  switch (traits_of(family).layout) {
    case Layout::kBase64:
      return base64::is_hopeless(base64_offset(family), ways, reading, inner);
    case Layout::kHex:
      return hex::is_hopeless(ways, reading, inner);
    default:
      return text::is_hopeless(ways.written, reading);
  }
}

void read(Family family, const Ways& ways, const Reading& reading,
          InnerRun& inner, Candidate& candidate) {
  switch (traits_of(family).layout) {
    case Layout::kBase64:
      return base64::read(base64_offset(family), ways, reading, inner,
                          candidate);
    case Layout::kHex:
      return hex::read(ways, reading, inner, candidate);
    default:
      return text::read(ways.written, reading, candidate);
  }
}

std::uint32_t bytes_of(Family family, const InnerRun& inner,
                       std::uint32_t count) {
  return traits_of(family).layout == Layout::kText ? count
                                                   : inner.bytes_of(count);
}

Form form_of(Family family, const Reading& reading, std::uint32_t count,
             bool is_escaped_inside) {
  if (scan::is_list(family)) return Form::kNumbers;
  if (scan::is_utf16(family)) return Form::kUtf16;
  const How used = reading.run.how(reading.first, reading.first + count);
  if (used.has_any(How::wrapped())) return Form::kWrapped;
  switch (traits_of(family).layout) {
    case Layout::kBase64:
      return used.plain() && !is_escaped_inside ? Form::kBase64
                                                : Form::kBase64Escaped;
    case Layout::kHex:
      return Form::kHex;
    default:
      return text::form_of(reading, count);
  }
}

}  // namespace cflt::forms
