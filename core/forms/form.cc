#include "core/forms/form.h"

#include <initializer_list>

namespace cflt::forms {
namespace {

using scan::Family;

constexpr FormSet kEscapes = FormSet()
                                 .add(Form::kUrlsafe)
                                 .add(Form::kJson)
                                 .add(Form::kUnicode)
                                 .add(Form::kPercent)
                                 .add(Form::kHtml);

constexpr FormSet kTextForms = FormSet(kEscapes)
                                   .add(Form::kPlain)
                                   .add(Form::kForm)
                                   .add(Form::kColor)
                                   .add(Form::kWrapped);

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
  const FormSet breaks = chosen & FormSet().add(Form::kWrapped);
  const FormSet plain = FormSet(breaks).add(Form::kPlain);
  return chosen.has(Form::kBase64Escaped) ? plain | kEscapes : plain;
}

FormSet written_inside_base64(FormSet chosen) {
  const FormSet plain = FormSet().add(Form::kPlain).add(Form::kUrlsafe);
  return chosen.has(Form::kBase64Escaped) ? plain | kEscapes : plain;
}

FormSet written_inside_hex() { return FormSet(kEscapes).add(Form::kPlain); }

scan::FamilySet families(FormSet chosen) {
  scan::FamilySet families;
  const auto add = [&families](std::initializer_list<Family> more) {
    for (const Family family : more) families.add(family);
  };
  if (chosen.has_any(kTextForms)) add({Family::kText});
  if (chosen.has_any(kBase64Forms)) {
    add({Family::kBase64At0, Family::kBase64At1, Family::kBase64At2});
  }
  if (chosen.has(Form::kHex)) add({Family::kHex});
  if (chosen.has(Form::kUtf16)) {
    add({Family::kUtf16Text, Family::kUtf16Base64At0, Family::kUtf16Base64At1,
         Family::kUtf16Base64At2});
  }
  if (chosen.has(Form::kNumbers)) add({Family::kDecimals, Family::kHexes});
  return families;
}

}  // namespace cflt::forms
