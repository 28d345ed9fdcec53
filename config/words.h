// The words that stand for values, and back.
#pragma once

#include <array>
#include <string_view>

#include "config/settings.h"
#include "config/values.h"

namespace cflt::config {

template <class T>
struct Word {
  std::string_view name;
  T value;
};
template <class T>
Word(std::string_view, T) -> Word<T>;  // clang 14 needs to be told

inline constexpr std::array kSourceTypes = {Word{"syslog", SourceType::kSyslog},
                                            Word{"lines", SourceType::kLines},
                                            Word{"stdin", SourceType::kStdin}};
inline constexpr std::array kSinkTypes = {
    Word{"lines", SinkType::kLines}, Word{"syslog", SinkType::kSyslog},
    Word{"stdout", SinkType::kStdout}, Word{"file", SinkType::kFile},
    Word{"blackhole", SinkType::kBlackhole}};
inline constexpr std::array kSourceFramings = {
    Word{"auto", framing::Framing::kAuto},
    Word{"newline", framing::Framing::kNewline},
    Word{"octet_counting", framing::Framing::kOctetCounting},
    Word{"nul", framing::Framing::kNul}};
inline constexpr std::array kSinkFramings = {
    Word{"newline", records::WireFraming::kNewline},
    Word{"octet_counting", records::WireFraming::kOctetCounting},
    Word{"nul", records::WireFraming::kNul}};
inline constexpr std::array kTooLong = {
    Word{"split", records::TooLong::kSplit},
    Word{"truncate", records::TooLong::kTruncate}};
inline constexpr std::array kEmbeddedNewline = {
    Word{"escape", records::EmbeddedNewline::kEscape},
    Word{"split", records::EmbeddedNewline::kSplit},
    Word{"keep", records::EmbeddedNewline::kKeep}};
inline constexpr std::array kWhenFull = {
    Word{"block", WhenFull::kBlock},
    Word{"drop_newest", WhenFull::kDropNewest}};
inline constexpr std::array kLogLevels = {
    Word{"debug", LogLevel::kDebug}, Word{"info", LogLevel::kInfo},
    Word{"warn", LogLevel::kWarn}, Word{"error", LogLevel::kError}};
inline constexpr std::array kLogFormats = {Word{"text", LogFormat::kText},
                                           Word{"json", LogFormat::kJson}};
/// RFC 5424, tables 1 and 2.
inline constexpr std::array kFacilities = {
    Word{"kern", 0U},    Word{"user", 1U},      Word{"mail", 2U},
    Word{"daemon", 3U},  Word{"auth", 4U},      Word{"syslog", 5U},
    Word{"lpr", 6U},     Word{"news", 7U},      Word{"uucp", 8U},
    Word{"cron", 9U},    Word{"authpriv", 10U}, Word{"ftp", 11U},
    Word{"ntp", 12U},    Word{"audit", 13U},    Word{"alert", 14U},
    Word{"clock", 15U},  Word{"local0", 16U},   Word{"local1", 17U},
    Word{"local2", 18U}, Word{"local3", 19U},   Word{"local4", 20U},
    Word{"local5", 21U}, Word{"local6", 22U},   Word{"local7", 23U}};
inline constexpr std::array kSeverities = {
    Word{"emerg", 0U}, Word{"alert", 1U},   Word{"crit", 2U},
    Word{"err", 3U},   Word{"warning", 4U}, Word{"notice", 5U},
    Word{"info", 6U},  Word{"debug", 7U}};

/// The word for `value`, which is in the table.
template <class T, std::size_t N>
constexpr std::string_view word_for(T value,
                                    const std::array<Word<T>, N>& words) {
  for (const auto& word : words) {
    if (word.value == value) return word.name;
  }
  return "";
}

/// "is not one of block, drop_newest; did you mean drop_newest?"
Problem unknown_word(std::string_view text,
                     const std::vector<std::string>& known);

/// A parser of the words of a table.
template <class T, std::size_t N>
Parser<T> one_of(const std::array<Word<T>, N>& words) {
  return [&words](std::string_view text) -> Result<T> {
    std::vector<std::string> known;
    for (const auto& word : words) {
      if (word.name == text) return word.value;
      known.emplace_back(word.name);
    }
    return unknown_word(text, known);
  };
}

/// A parser of the words of a table, or their numbers.
template <std::size_t N>
Parser<unsigned> one_of_or_number(const std::array<Word<unsigned>, N>& words) {
  return [&words](std::string_view text) -> Result<unsigned> {
    const auto number = parse_number(text, 0, N - 1);
    if (number) return static_cast<unsigned>(*number);
    return one_of(words)(text);
  };
}

}  // namespace cflt::config
