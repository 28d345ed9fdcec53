// The vocabulary of the configuration's tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "config/load.h"

namespace cflt::config {

using Environment = std::map<std::string, std::string>;

inline Lookup lookup_in(const Environment& environment) {
  return [environment](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
}

inline std::vector<std::string> texts(const std::vector<Complaint>& all) {
  std::vector<std::string> result;
  for (const Complaint& each : all) result.push_back(to_string(each));
  return result;
}

inline Loaded load(const std::string& text, const Environment& set = {}) {
  return load_text(text, "f", lookup_in(set));
}

/// The settings of a text that is good.
inline Settings settings(const std::string& text, const Environment& set = {}) {
  const Loaded loaded = load(text, set);
  EXPECT_EQ(texts(loaded.errors), std::vector<std::string>());
  return loaded.settings.value_or(Settings{});
}

inline std::vector<std::string> errors(const std::string& text,
                                       const Environment& set = {}) {
  return texts(load(text, set).errors);
}

inline std::vector<std::string> warnings(const std::string& text) {
  return texts(load(text).warnings);
}

/// A good configuration with `source` (of app) and `sink` (of out) as written.
inline std::string with(const std::string& source, const std::string& sink) {
  return "sources: {app: {" + source + "}}\nsinks: {out: {inputs: [app], " +
         sink + "}}\n";
}
inline std::string with_source(const std::string& source) {
  return with(source, "type: blackhole");
}
inline std::string with_sink(const std::string& sink) {
  return with("type: stdin", sink);
}

}  // namespace cflt::config
