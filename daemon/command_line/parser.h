// What the verbs' command lines share. Only this folder uses CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/stream/rules.h"
#include "daemon/command_line/command.h"

namespace cflt::command_line {

using Arguments = std::span<const std::string>;

/// Help, version, and the habits that all verbs have.
void add_common(CLI::App& app);

/// Parses; an Answer or UsageError where that ends the matter.
std::optional<Command> parse(CLI::App& app, Arguments arguments);

/// The same, where a command follows: it begins with the first word that is
/// not an option, or behind `--`, and everything from there on is in `command`.
std::optional<Command> parse_before_command(CLI::App& app, Arguments arguments,
                                            std::vector<std::string>& command);

/// Words as they were typed, before they mean anything.
struct RuleWords {
  std::string mask = "short";
  std::string mismatch = "pass";
  std::string truncated = "mask";
};

/// --mask, where data is written.
void add_mask(CLI::App& app, RuleWords& words);
/// --mismatch and --truncated.
void add_rule_options(CLI::App& app, RuleWords& words);
void set_rules(const RuleWords& words, stream::Options& rules);

/// --stats and --stats=json.
void add_stats(CLI::App& app, std::string& word);
std::optional<UsageError> set_stats(const std::string& word,
                                    filter::StatsFormat& format);

/// -z: reads what is compressed.
void add_search_zip(CLI::App& app, filter::Decompress& decompress);

void add_metrics_file(CLI::App& app, std::optional<std::string>& path);

/// "plain, urlsafe, ..."
std::string all_forms();

/// An error that says what `name` is nearest to.
UsageError unknown_form(const char* option, const std::string& name);

}  // namespace cflt::command_line
