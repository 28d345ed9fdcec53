#include "daemon/base/scanning.h"

#include <utility>

#include "daemon/base/messages.h"

namespace cflt::base {

scan::Database::Ptr make_database(scan::FamilySet families) {
  auto database = scan::Database::compile(families);
  if (database.has_value()) return *database;
  complain(database.error().message + "; scanning without SIMD, slower");
  return nullptr;
}

std::optional<scan::Scanner> make_scanner(scan::FamilySet families,
                                          scan::Database::Ptr database) {
  auto scanner = scan::Scanner::make(families, std::move(database));
  if (scanner.has_value()) return std::move(*scanner);
  complain(scanner.error().message);
  return std::nullopt;
}

}  // namespace cflt::base
