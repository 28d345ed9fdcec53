#include "daemon/serve/control/plan_maker.h"

#include <gtest/gtest.h>

namespace cflt::serve::control {
namespace {

config::Settings settings_with_memory(std::uint64_t bytes) {
  config::Settings settings;
  settings.service.memory_limit_bytes = bytes;
  settings.sources.emplace_back().name = "app";
  return settings;
}

TEST(PlanMakerTest, APlanHasWhatAllWorkersNeed) {
  const auto plan =
      PlanMaker(2).make(settings_with_memory(1 << 30), false).value();
  EXPECT_EQ(plan->worker_count, 2U);
  EXPECT_EQ(plan->settings.sources.size(), 1U);
  EXPECT_NE(plan->rules, nullptr);
  EXPECT_NE(plan->database, nullptr);
}

/// The configuration may name more workers; these are here.
TEST(PlanMakerTest, MoreMemoryThanTheLimitIsRefused) {
  const auto plan = PlanMaker(64).make(settings_with_memory(1 << 20), true);
  ASSERT_FALSE(plan.has_value());
  EXPECT_NE(plan.error().message.find("64 workers may need"),
            std::string::npos);
}

TEST(PlanMakerTest, ALoopIsRefused) {
  auto settings = settings_with_memory(1 << 30);
  config::Address address;
  address.scheme = config::Address::Scheme::kTcp;
  address.host = "127.0.0.1";
  address.port = 5514;
  settings.sources[0].address = address;
  auto& sink = settings.sinks.emplace_back();
  sink.name = "back";
  sink.inputs = {"app"};
  sink.address = address;
  EXPECT_FALSE(PlanMaker(1).make(settings, true).has_value());
}

}  // namespace
}  // namespace cflt::serve::control
