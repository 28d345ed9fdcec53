#include "core/forms/form.h"

#include <gtest/gtest.h>

namespace cflt::forms {
namespace {

using scan::Family;

TEST(FormByName, KnowsEachNameAndNoOther) {
  for (std::size_t i = 0; i < kFormCount; ++i) {
    EXPECT_EQ(form_by_name(kFormNames[i]), static_cast<Form>(i));
  }
  EXPECT_FALSE(form_by_name("plian"));
  EXPECT_FALSE(form_by_name(""));
}

TEST(WrittenInText, PlainBelongsToEveryTextForm) {
  EXPECT_TRUE(written_in_text(FormSet().add(Form::kJson)).has(Form::kPlain));
  EXPECT_FALSE(written_in_text(FormSet().add(Form::kJson)).has(Form::kHtml));
  EXPECT_TRUE(written_in_text(FormSet().add(Form::kHex)).empty());
}

TEST(WrittenInBase64, EscapesOnlyWhereChosenAndNeverSpacesOrColors) {
  const FormSet plain = written_in_base64(FormSet().add(Form::kBase64));
  EXPECT_TRUE(plain.has(Form::kPlain));
  EXPECT_FALSE(plain.has(Form::kUrlsafe));
  const FormSet all = written_in_base64(FormSet::all());
  EXPECT_TRUE(all.has(Form::kUrlsafe) && all.has(Form::kPercent));
  EXPECT_FALSE(all.has(Form::kForm) || all.has(Form::kColor));
  EXPECT_TRUE(all.has(Form::kWrapped));
  EXPECT_TRUE(written_in_base64(FormSet().add(Form::kPlain)).empty());
}

TEST(WrittenInsideBase64, EscapesOnlyWhereChosen) {
  const auto plain = written_inside_base64(FormSet().add(Form::kBase64));
  EXPECT_TRUE(plain.has(Form::kUrlsafe));
  EXPECT_FALSE(plain.has(Form::kJson));
  EXPECT_TRUE(written_inside_base64(FormSet::all()).has(Form::kJson));
  EXPECT_FALSE(written_inside_base64(FormSet::all()).has(Form::kWrapped));
}

TEST(Families, FollowFromTheForms) {
  const auto hex = families(FormSet().add(Form::kHex));
  EXPECT_TRUE(hex.has(Family::kHex));
  EXPECT_FALSE(hex.has(Family::kText) || hex.has(Family::kUtf16Text));
  const auto color = families(FormSet().add(Form::kColor));
  EXPECT_TRUE(color.has(Family::kText));
  EXPECT_FALSE(color.has(Family::kBase64At0));
}

}  // namespace
}  // namespace cflt::forms
