#include "core/records/syslog_header.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace cflt::records {
namespace {

/// PRINTUSASCII of RFC 5424, 6; at most `limit` characters.
std::string header_word(const std::string& word, std::size_t limit) {
  std::string safe = word.substr(0, limit);
  for (char& c : safe) {
    if (c < 33 || c > 126) c = '_';
  }
  return safe.empty() ? "-" : safe;
}

/// RFC 3339, in UTC, with microseconds.
std::string timestamp(std::int64_t ns) {
  const auto seconds = static_cast<std::time_t>(ns / 1'000'000'000);
  const auto micros = static_cast<unsigned>(ns % 1'000'000'000 / 1'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 48> text;
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + size, text.size() - size, ".%06uZ", micros);
  return text.data();
}

}  // namespace

SyslogHeader::SyslogHeader(unsigned facility, unsigned severity,
                           const std::string& hostname,
                           const std::string& app_name)
    : before_time_("<" + std::to_string(facility * 8 + severity) + ">1 "),
      behind_time_(" " + header_word(hostname, 255) + " " +
                   header_word(app_name, 48) + " - - - ") {}

std::string SyslogHeader::text(std::int64_t received_ns) const {
  return before_time_ + timestamp(received_ns) + behind_time_;
}

}  // namespace cflt::records
