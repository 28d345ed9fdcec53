#include "core/records/syslog_header.h"

#include <gtest/gtest.h>

namespace cflt::records {
namespace {

TEST(SyslogHeader, IsThatOfRfc5424) {
  const SyslogHeader header(16, 6, "host", "app");
  EXPECT_EQ(header.text(1'795'529'194'123'456'789),
            "<134>1 2026-11-24T14:06:34.123456Z host app - - - ");
}

TEST(SyslogHeader, WordsThatMayNotStandThereAreReplaced) {
  const SyslogHeader header(1, 5, "", "a b\n\xc3");
  EXPECT_EQ(header.text(0), "<13>1 1970-01-01T00:00:00.000000Z - a_b__ - - - ");
}

TEST(SyslogHeader, LongWordsAreCut) {
  const SyslogHeader header(0, 0, std::string(300, 'h'), std::string(60, 'a'));
  EXPECT_EQ(header.text(0), "<0>1 1970-01-01T00:00:00.000000Z " +
                                std::string(255, 'h') + " " +
                                std::string(48, 'a') + " - - - ");
}

}  // namespace
}  // namespace cflt::records
