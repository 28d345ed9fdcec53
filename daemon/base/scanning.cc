#include "daemon/base/scanning.h"

#include <memory>
#include <mutex>

#include "daemon/base/messages.h"

namespace cflt::base {
namespace {

scan::Database::Ptr compile(scan::FamilySet families) {
  auto database = scan::Database::compile(families);
  if (database.has_value()) return *database;
  complain(database.error().message + "; scanning without SIMD, slower");
  return nullptr;
}

struct SharedDatabase {
  std::once_flag compiled;
  scan::Database::Ptr database;
};

}  // namespace

scan::DatabaseSource share_database(scan::FamilySet families) {
  return [families, shared = std::make_shared<SharedDatabase>()] {
    std::call_once(shared->compiled,
                   [&] { shared->database = compile(families); });
    return shared->database;
  };
}

}  // namespace cflt::base
