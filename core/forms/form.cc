#include "core/forms/form.h"

namespace cflt::forms {
namespace {

using scan::Family;

constexpr FormSet kEscapes = FormSet()
                                 .add(Form::kUrlsafe)
                                 .add(Form::kJson)
                                 .add(Form::kUnicode)
                                 .add(Form::kPercent)
                                 .add(Form::kHtml);

constexpr FormSet kTextForms =
    FormSet(kEscapes).add(Form::kPlain).add(Form::kForm).add(Form::kColor);

constexpr FormSet kBase64Forms =
    FormSet().add(Form::kBase64).add(Form::kBase64Escaped);

}  // namespace

std::optional<Form> form_by_name(std::string_view name) {
  for (std::size_t i = 0; i < kFormCount; ++i) {
    if (kFormNames[i] == name) return static_cast<Form>(i);
  }
  return std::nullopt;
}

FormSet written_in_text(FormSet chosen) {
  const FormSet written = chosen & kTextForms;
  return written.empty() ? written : FormSet(written).add(Form::kPlain);
}

FormSet written_in_base64(FormSet chosen) {
  if (!chosen.has_any(kBase64Forms)) return {};
  const FormSet plain = FormSet().add(Form::kPlain);
  return chosen.has(Form::kBase64Escaped) ? plain | kEscapes : plain;
}

scan::FamilySet families(FormSet chosen) {
  scan::FamilySet families;
  if (chosen.has_any(kTextForms)) families.add(Family::kText);
  if (chosen.has_any(kBase64Forms)) {
    families.add(Family::kBase64At0);
    families.add(Family::kBase64At1);
    families.add(Family::kBase64At2);
  }
  if (chosen.has(Form::kHex)) {
    families.add(Family::kHexLower);
    families.add(Family::kHexUpper);
  }
  if (chosen.has(Form::kUtf16)) families.add(Family::kUtf16);
  return families;
}

}  // namespace cflt::forms
