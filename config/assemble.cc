#include "config/assemble.h"

#include "config/cross_checks.h"
#include "config/draft.h"

namespace cflt::config {
namespace {

Settings take_settings(Draft draft) {
  Settings settings;
  settings.service = draft.service;
  settings.rules = draft.rules;
  for (auto& each : draft.sources) {
    settings.sources.push_back(std::move(each.source));
  }
  for (auto& each : draft.sinks) {
    settings.sinks.push_back(std::move(each.sink));
  }
  return settings;
}

}  // namespace

Loaded assemble(const std::optional<DocumentNode>& root, Report& report,
                const Circumstances& now) {
  Loaded loaded;
  if (root) {
    Draft draft = read_draft(*root, report);
    if (draft.service.workers == 0) draft.service.workers = now.auto_workers;
    check_across(draft, report);
    if (!report.has_errors()) loaded.settings = take_settings(std::move(draft));
  }
  loaded.errors = report.errors();
  loaded.warnings = report.warnings();
  return loaded;
}

}  // namespace cflt::config
