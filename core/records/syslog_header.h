// The RFC 5424 header that a syslog sink gives to records which have none.
#pragma once

#include <cstdint>
#include <string>

namespace cflt::records {

class SyslogHeader {
 public:
  /// Facility 0 to 23, severity 0 to 7 (RFC 5424, 6.2.1). Characters that may
  /// not stand in a header become `_`, an empty name `-`.
  SyslogHeader(unsigned facility, unsigned severity,
               const std::string& hostname, const std::string& app_name);

  /// "<14>1 2026-11-24T13:00:00.123456Z host app - - - ", ready for the
  /// message; the time is that of the system clock.
  std::string text(std::int64_t received_ns) const;

 private:
  std::string before_time_;
  std::string behind_time_;
};

}  // namespace cflt::records
