// Each case of bad.txt is refused in the words that stand there. The schema is
// tested on the same table (e2e/schema_test.py).
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

#include "config/keys.h"
#include "tests/config/loading.h"

namespace cflt::config {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::vector<std::string> complaints;
};

std::string read_all(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Case> cases() {
  std::vector<Case> all;
  std::istringstream lines(read_all(CFLT_SOURCE_DIR "/tests/config/bad.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ")) {
      all.push_back({line.substr(4), {}, {}});
    } else if (line == ">>> the schema cannot see it" || all.empty()) {
      continue;
    } else if (line.starts_with(">>> ")) {
      const std::string complaint = line.substr(4);
      const bool has_line = complaint[0] >= '0' && complaint[0] <= '9';
      all.back().complaints.push_back((has_line ? "f:" : "f: ") + complaint);
    } else {
      all.back().text += line + "\n";
    }
  }
  return all;
}

TEST(BadFiles, AreRefusedInTheWordsOfTheTable) {
  EXPECT_GE(cases().size(), 30U);
  for (const Case& each : cases()) {
    const Loaded loaded = load(each.text);
    EXPECT_EQ(texts(loaded.errors), each.complaints) << each.name;
    EXPECT_FALSE(loaded.settings) << each.name;
  }
}

TEST(Keys, AreAllInTheSchemaAndInTheReference) {
  const std::string schema =
      read_all(CFLT_SOURCE_DIR "/config/cflt-redact.schema.json");
  const std::string page = read_all(CFLT_SOURCE_DIR "/docs/configuration.md");
  for (const KeyTable* table :
       {&kTopKeys, &kServiceKeys, &kLogKeys, &kRedactKeys, &kSourceKeys,
        &kSinkKeys, &kBufferKeys, &kReconnectKeys}) {
    for (const Key& key : table->keys) {
      const std::string name(key.name);
      EXPECT_EQ(schema.find("\"" + name + "\":") != std::string::npos,
                !key.planned && key.removed.empty())
          << name;
      EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
    }
  }
}

constexpr std::array kTables = {&kTopKeys,    &kServiceKeys,  &kLogKeys,
                                &kRedactKeys, &kSourceKeys,   &kSinkKeys,
                                &kBufferKeys, &kReconnectKeys};

/// The table of a map that a key may hold, or null.
const KeyTable* table_in(std::string_view key) {
  if (key == "buffer") return &kBufferKeys;
  if (key == "reconnect") return &kReconnectKeys;
  return key == "log" ? &kLogKeys : nullptr;
}

/// "key", or "map.key", is one that `table` has.
bool has_key(const KeyTable& table, std::string_view path) {
  const std::size_t dot = path.find('.');
  if (table.find(path.substr(0, dot)) == nullptr) return false;
  if (dot == path.npos) return true;
  const KeyTable* inner = table_in(path.substr(0, dot));
  return inner != nullptr && inner->find(path.substr(dot + 1)) != nullptr;
}

/// X of "; did you mean X?"; empty where there is none.
std::string suggested(const std::string& word, const KeyTable& table) {
  const std::string before = "; did you mean ";
  const std::string said = key_suggestion(word, table);
  if (!said.starts_with(before) || !said.ends_with("?")) return "";
  return said.substr(before.size(), said.size() - before.size() - 1);
}

TEST(Keys, EachSynonymLeadsToAKeyThatExists) {
  for (const Synonyms& row : key_synonyms()) {
    unsigned tables = 0;
    std::istringstream words{std::string(row.written)};
    for (std::string word; words >> word;) {
      for (const KeyTable* table : kTables) {
        if (!has_key(*table, row.here)) continue;
        ++tables;
        EXPECT_TRUE(has_key(*table, suggested(word, *table))) << word;
      }
    }
    EXPECT_GT(tables, 0U) << row.here << " is no key";
  }
}

TEST(Keys, SynonymsLeadToWhatIsMeant) {
  EXPECT_EQ(key_suggestion("adress", kSourceKeys), "; did you mean address?");
  EXPECT_EQ(key_suggestion("listen", kSourceKeys), "; did you mean address?");
  EXPECT_EQ(key_suggestion("maxconn", kSourceKeys),
            "; did you mean connection_limit?");
  EXPECT_EQ(key_suggestion("max-length", kSourceKeys),
            "; did you mean max_length?");
  EXPECT_EQ(key_suggestion("overflow", kSinkKeys),
            "; did you mean buffer.when_full?");
  EXPECT_EQ(key_suggestion("listen", kBufferKeys), "");
  EXPECT_EQ(key_suggestion(std::string(100'000, 'x'), kSinkKeys), "");
}

}  // namespace
}  // namespace cflt::config
