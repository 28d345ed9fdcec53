// What is wrong with a configuration, and where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cflt::config {

/// A place in what was read: a file, or an option of the command line.
struct Position {
  std::uint32_t place = 0;   // index into the report's places
  std::uint32_t line = 0;    // from 1; 0: the place as a whole
  std::uint32_t column = 0;  // from 1

  bool operator==(const Position&) const = default;
};

struct Complaint {
  std::string file;
  unsigned line = 0;    // from 1; 0: the file as a whole
  unsigned column = 0;  // from 1, in bytes
  std::string message;

  bool operator==(const Complaint&) const = default;
};

/// "file:line:column: message", or "file: message".
std::string to_string(const Complaint& complaint);

/// `text` if it is short, else how long it is: never a part, because a part
/// of a secret is not recognised (and so not masked) any more.
std::string shown(std::string_view text);

/// Collects complaints, so that all are told at once.
class Report {
 public:
  /// `places` are names of files and options; a Position is an index into it.
  explicit Report(std::vector<std::string> places)
      : places_(std::move(places)) {}

  void error(Position at, std::string message);
  void warn(Position at, std::string message);
  bool has_errors() const { return !errors_.empty(); }

  /// In the order of their positions; the first 100, and how many more.
  std::vector<Complaint> errors() const { return in_order(errors_); }
  std::vector<Complaint> warnings() const { return in_order(warnings_); }

 private:
  struct Entry {
    Position at;
    std::string message;
  };
  std::vector<Complaint> in_order(std::vector<Entry> entries) const;

  std::vector<std::string> places_;
  std::vector<Entry> errors_;
  std::vector<Entry> warnings_;
};

}  // namespace cflt::config
