#include "tests/config/loading.h"

namespace cflt::config {
namespace {

using Texts = std::vector<std::string>;

/// What `text` becomes as a file's path behind "/".
std::string filled(const std::string& text, const Environment& set) {
  const auto loaded =
      settings(with_sink("type: file, path: \"/" + text + "\""), set);
  return loaded.sinks.empty() ? "" : loaded.sinks[0].path.substr(1);
}

std::string complaint(const std::string& text, const Environment& set = {}) {
  const auto all =
      errors(with_sink("type: file, path: \"/" + text + "\""), set);
  return all.size() == 1 ? all[0].substr(all[0].find(' ') + 1) : "";
}

TEST(Variables, AreFilledInAnywhereInAValue) {
  EXPECT_EQ(filled("${A}", {{"A", "x"}}), "x");
  EXPECT_EQ(filled("a${A}b${B_2}c", {{"A", "x"}, {"B_2", "y"}}), "axbyc");
}

TEST(Variables, DefaultHoldsForUnsetAndEmpty) {
  EXPECT_EQ(filled("${A:-x}", {}), "x");
  EXPECT_EQ(filled("${A:-x}", {{"A", ""}}), "x");
  EXPECT_EQ(filled("${A:-x}", {{"A", "y"}}), "y");
  EXPECT_EQ(filled("a${A:-}", {}), "a");
}

TEST(Variables, TwoDollarsAreOne) {
  EXPECT_EQ(filled("$$", {}), "$");
  EXPECT_EQ(filled("$${A}", {{"A", "x"}}), "${A}");
  EXPECT_EQ(filled("$$$$a", {}), "$$a");
}

TEST(Variables, ValueIsNotReadAgain) {
  EXPECT_EQ(filled("${A}", {{"A", "${B}"}, {"B", "x"}}), "${B}");
}

TEST(Variables, UnsetIsAnError) {
  EXPECT_EQ(complaint("${A}"),
            "A is not set; set it, or give a default: ${A:-default}");
  EXPECT_EQ(filled("a${A}", {{"A", ""}}), "a");
}

TEST(Variables, OtherDollarsAreErrors) {
  for (const char* text : {"$A", "$", "${", "${A", "$(A)"}) {
    EXPECT_EQ(complaint(text, {{"A", "x"}}),
              "a $ alone; write ${NAME} for a variable, $$ for a $")
        << text;
  }
  for (const char* text : {"${}", "${1}", "${A-x}", "${A:x}", "${A B}"}) {
    EXPECT_NE(complaint(text, {{"A", "x"}}).find("is not a variable"),
              std::string::npos)
        << text;
  }
}

TEST(Variables, NeverBecomeStructure) {
  const Environment set = {{"A", "x}}, service: {workers: 9}, y: {z: {"},
                           {"B", "[app]"}};
  EXPECT_EQ(filled("${A}", set), set.at("A"));
  EXPECT_EQ(errors("sources: {app: {type: stdin}}\n"
                   "sinks: {out: {type: stdout, inputs: [\"${B}\"]}}\n",
                   set),
            Texts{"f:2:38: inputs: [app] is not a source"});
}

TEST(Variables, AreNotKnownInKeys) {
  EXPECT_EQ(errors("sources: {app: {\"${A}\": stdin, type: stdin}}\n"
                   "sinks: {out: {type: stdout, inputs: [app]}}\n",
                   {{"A", "type"}}),
            Texts{"f:1:17: unknown key ${A} in a source"});
}

TEST(Variables, MayHoldAnyScalar) {
  const auto loaded =
      settings("service: {workers: \"${W}\"}\n" +
                   with("type: \"${T}\", address: \"${A}\", mode: \"${O}\"",
                        "type: stdout, buffer: {when_full: \"${F}\"}"),
               {{"W", "auto"},
                {"T", "syslog"},
                {"A", "unix:///a"},
                {"O", "0600"},
                {"F", "drop_newest"}});
  EXPECT_EQ(loaded.service.workers, 0U);
  EXPECT_EQ(loaded.sources.at(0).mode, 0600U);
  EXPECT_EQ(loaded.sinks.at(0).when_full, WhenFull::kDropNewest);
}

Loaded without_environment(const std::string& text) {
  return load_text(text, "f", Lookup());
}

TEST(NoEnvironment, LeavesValuesWithVariablesAlone) {
  const auto loaded = without_environment(
      "service: {workers: \"${W}\", admin: \"${A}\", memory_limit: \"${M}\"}\n"
      "redact: {mask: \"${F}\", mismatch: \"${N}\"}\n"
      "sources: {app: {type: \"${T}\", address: \"${D}\", mode: \"${O}\",\n"
      "                framing: nul, max_length: \"${L}\"}}\n"
      "sinks: {out: {type: \"${S}\", inputs: [\"${I}\"],\n"
      "              buffer: {max_size: \"${B}\"}}}\n");
  EXPECT_EQ(texts(loaded.errors), Texts());
  EXPECT_EQ(texts(loaded.warnings), Texts());
  EXPECT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.unresolved_count, 12U);
}

TEST(NoEnvironment, StillChecksTheRest) {
  const auto loaded = without_environment(
      "sources: {app: {type: stdin, adress: \"${A}\"}}\n"
      "sinks: {out: {type: stdout, inputs: \"${I}\"}}\n"
      "service: {workers: 0, drain_timeout: \"${D\"}\n");
  EXPECT_EQ(loaded.errors.size(), 4U) << texts(loaded.errors).size();
  EXPECT_FALSE(loaded.settings);
}

TEST(NoEnvironment, VariableIsNoMapAndNoList) {
  for (const std::string text :
       {"${A}", "sources: ${A}\nsinks: ${B}\n",
        "sources: {a: \"${A}\"}\nsinks: {b: {inputs: \"${B}\"}}\n"}) {
    EXPECT_FALSE(without_environment(text).settings) << text;
    EXPECT_FALSE(without_environment(text).errors.empty()) << text;
  }
}

TEST(NoEnvironment, DefaultsAreNotLookedAtEither) {
  EXPECT_TRUE(
      without_environment(with_source("type: \"${T:-nonsense}\"")).settings);
}

}  // namespace
}  // namespace cflt::config
