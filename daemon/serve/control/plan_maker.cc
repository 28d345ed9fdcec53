#include "daemon/serve/control/plan_maker.h"

#include <fmt/format.h>

#include <utility>

#include "config/memory.h"
#include "config/values.h"
#include "daemon/serve/control/loops.h"
#include "daemon/serve/log/log.h"

namespace cflt::serve::control {
namespace {

/// The configuration was checked for the workers that it names, which take
/// effect with the next start.
base::Result<void> check_memory(const config::Settings& settings,
                                unsigned worker_count) {
  const auto need =
      config::memory_need(worker_count, settings.sources, settings.sinks)
          .needed_bytes();
  const std::uint64_t limit = settings.service.memory_limit_bytes;
  if (limit >= need) return {};
  return base::Error{fmt::format(
      "memory_limit: {} is less than the {} that {} workers may need",
      config::size_text(limit), config::size_text(need), worker_count)};
}

base::Result<scan::Database::Ptr> make_database(scan::FamilySet families,
                                                bool has_database) {
  auto database = scan::Database::compile(families);
  if (database.has_value()) return *database;
  const std::string reason = database.error().message;
  if (has_database) return base::Error{reason};
  log::error("scanning without SIMD, slower", {{"reason", reason}});
  return scan::Database::Ptr();
}

}  // namespace

base::Result<void> PlanMaker::check(const config::Settings& settings) const {
  if (auto checked = check_memory(settings, worker_count_);
      !checked.has_value()) {
    return checked;
  }
  auto loop = find_loop(settings);
  if (!loop.empty()) return base::Error{std::move(loop)};
  return {};
}

base::Result<std::shared_ptr<const worker::Plan>> PlanMaker::make(
    config::Settings settings, bool has_database) const {
  if (auto checked = check(settings); !checked.has_value()) {
    return checked.error();
  }
  auto plan = std::make_shared<worker::Plan>();
  plan->settings = std::move(settings);
  plan->worker_count = worker_count_;
  plan->rules = std::make_shared<stream::Rules>(plan->settings.rules);
  auto database = make_database(plan->families(), has_database);
  if (!database.has_value()) return database.error();
  plan->database = std::move(*database);
  return std::shared_ptr<const worker::Plan>(std::move(plan));
}

}  // namespace cflt::serve::control
