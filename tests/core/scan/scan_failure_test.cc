// Every answer of hs_scan: whatever it says, nothing unscanned leaves.
#include <hs/hs.h>

#include "core/canary/canary.h"
#include "tests/support/harness.h"

namespace {

/// What hs_scan answers, and how many matches it reports before.
hs_error_t g_answer = HS_SUCCESS;
int g_matches = 0;

struct Relay {
  match_event_handler handler;
  void* context;
  int left;
};

int relay_some(unsigned id, unsigned long long from, unsigned long long to,
               unsigned flags, void* context) {
  auto& relay = *static_cast<Relay*>(context);
  if (relay.left-- <= 0) return 1;
  return relay.handler(id, from, to, flags, relay.context);
}

}  // namespace

extern "C" hs_error_t __real_hs_scan(const hs_database_t*, const char*,
                                     unsigned, unsigned, hs_scratch_t*,
                                     match_event_handler, void*);

extern "C" hs_error_t __wrap_hs_scan(const hs_database_t* database,
                                     const char* data, unsigned size,
                                     unsigned flags, hs_scratch_t* scratch,
                                     match_event_handler handler,
                                     void* context) {
  if (g_answer == HS_SUCCESS) {
    return __real_hs_scan(database, data, size, flags, scratch, handler,
                          context);
  }
  Relay relay{handler, context, g_matches};
  __real_hs_scan(database, data, size, flags, scratch, relay_some, &relay);
  return g_answer;
}

namespace cflt {
namespace {

const hs_error_t kFailures[] = {
    HS_INVALID,
    HS_NOMEM,
    HS_SCAN_TERMINATED,
    HS_COMPILER_ERROR,
    HS_DB_VERSION_ERROR,
    HS_DB_PLATFORM_ERROR,
    HS_DB_MODE_ERROR,
    HS_BAD_ALIGN,
    HS_BAD_ALLOC,
    HS_SCRATCH_IN_USE,
    HS_ARCH_ERROR,
    HS_INSUFFICIENT_SPACE,
    HS_UNKNOWN_ERROR,
    -99,
    1,
};

std::string one_secret_a_line() {
  canary::Canaries canaries(3);
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += std::string(100, '.') + canaries.next_secret() + "\n";
  }
  return text;
}

class ScanFailure : public testing::Test {
 protected:
  ~ScanFailure() override { g_answer = HS_SUCCESS; }
};

TEST_F(ScanFailure, EveryCodeAndEveryNumberOfMatchesGivesTheSameOutput) {
  const std::string text = one_secret_a_line();
  const auto expected = test::redact_by_reference(text);
  ASSERT_EQ(expected.found.at("plain"), 40U);
  for (const hs_error_t failure : kFailures) {
    for (const int matches : {0, 1, 3, 1000}) {
      g_answer = failure;
      g_matches = matches;
      EXPECT_EQ(test::redact_whole(text), expected) << failure;
      EXPECT_EQ(test::redact_in_chunks(text, {777}), expected) << failure;
    }
  }
}

TEST_F(ScanFailure, IsCounted) {
  const auto families = forms::families(forms::FormSet::all());
  auto scanner =
      scan::Scanner::make(families, scan::Database::compile(families).value())
          .value();
  const std::string text(200, 'x');
  g_answer = HS_UNKNOWN_ERROR;
  scanner.scan({text.data(), 100}, 0);
  EXPECT_EQ(scanner.rescued_count(), 1U);
  g_answer = HS_SUCCESS;
  scanner.scan({text.data(), 100}, 0);
  EXPECT_EQ(scanner.rescued_count(), 1U);
}

}  // namespace
}  // namespace cflt
