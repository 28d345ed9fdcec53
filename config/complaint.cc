#include "config/complaint.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace cflt::config {
namespace {

bool is_before(const Position& one, const Position& other) {
  return std::tie(one.place, one.line, one.column) <
         std::tie(other.place, other.line, other.column);
}

constexpr std::size_t kMostTold = 100;
constexpr std::size_t kMostShown = 48;

}  // namespace

std::string to_string(const Complaint& complaint) {
  if (complaint.line == 0) {
    return fmt::format("{}: {}", complaint.file, complaint.message);
  }
  return fmt::format("{}:{}:{}: {}", complaint.file, complaint.line,
                     complaint.column, complaint.message);
}

std::string shown(std::string_view text) {
  if (text.empty()) return "\"\"";
  if (text.size() <= kMostShown) return std::string(text);
  return fmt::format("(a value of {} bytes)", text.size());
}

void Report::error(Position at, std::string message) {
  errors_.push_back({at, std::move(message)});
}

void Report::warn(Position at, std::string message) {
  warnings_.push_back({at, std::move(message)});
}

std::vector<Complaint> Report::in_order(std::vector<Entry> entries) const {
  std::ranges::stable_sort(entries, is_before, &Entry::at);
  std::vector<Complaint> complaints;
  for (Entry& entry : entries) {
    if (complaints.size() == kMostTold) {
      complaints.push_back(
          {places_[entry.at.place], 0, 0,
           fmt::format("and {} more", entries.size() - kMostTold)});
      break;
    }
    complaints.push_back({places_[entry.at.place], entry.at.line,
                          entry.at.column, std::move(entry.message)});
  }
  return complaints;
}

}  // namespace cflt::config
