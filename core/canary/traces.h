// Finds masks, and what is left of known secrets, however they are written.
//
// For an audit it must not matter whether the redactor's own rules are right,
// nor what a pipeline did to the bytes behind it (JSON in JSON, #033 for ESC).
// So this knows neither anchors nor checksums: it reads all bytes as symbols in
// every way at once, as text, as hex at both phases, as base64 at all four, as
// a list of numbers, and looks for any 10 symbols in a row of any secret.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cflt::canary {

/// A secret is there where as many of its symbols in a row are.
inline constexpr unsigned kTraceSymbols = 10;

/// All stretches of kTraceSymbols of some secrets. Immutable.
class Traces {
 public:
  /// 64 characters each.
  explicit Traces(const std::vector<std::string>& secrets);

  /// The index of the secret that holds the stretch, 6 bits a symbol.
  std::optional<std::uint32_t> find(std::uint64_t stretch) const;

 private:
  struct Entry {
    std::uint64_t stretch;
    std::uint32_t index;
  };
  std::size_t slot_of(std::uint64_t stretch) const;

  std::vector<Entry> entries_;  // sorted
  std::vector<bool> slots_;     // true where find() has to look
};

/// What one step of reading came upon.
struct Seen {
  bool mask = false;                    // its last character
  std::optional<std::uint32_t> secret;  // index
};

/// Symbols in a row, in one way of reading.
class Reading {
 public:
  /// A symbol, or `*`; anything else stops.
  void push(char c, const Traces& traces, Seen& seen);
  void stop();

 private:
  std::uint64_t symbols_ = 0;
  std::uint64_t characters_ = 0;  // the last 8
  unsigned count_ = 0;
};

class Reader {
 public:
  /// Bytes that step() may look at.
  static constexpr std::size_t kMaxLookahead = 64;

  /// `traces` outlives it.
  explicit Reader(const Traces& traces) : traces_(traces) {}

  /// Reads what `text`, not empty, begins with; returns its size in bytes.
  std::size_t step(std::string_view text, Seen& seen);
  void stop();
  /// The text ends: so does a number.
  void finish(Seen& seen);

  /// Characters of the text since it was stopped, or stopped by itself.
  std::uint64_t character_count() const { return character_count_; }

 private:
  void push(char c, Seen& seen);
  void push_hex(char c, Seen& seen);
  void push_base64(char c, Seen& seen);
  bool push_number(char c, Seen& seen);
  void stop_symbols();
  void push_byte(Reading& reading, unsigned byte, Seen& seen);

  const Traces& traces_;
  Reading text_;
  std::array<Reading, 2> hex_;
  std::array<Reading, 4> base64_;
  Reading numbers_;
  std::uint64_t character_count_ = 0;
  std::uint64_t hex_count_ = 0;
  unsigned nibbles_ = 0;
  std::uint64_t base64_count_ = 0;
  unsigned bits_ = 0;
  bool is_behind_number_ = false;  // or a blank behind that
  unsigned digits_ = 0;            // of a number in a list
  unsigned number_ = 0;            // its value, as long as it has few digits
};

}  // namespace cflt::canary
