#include "daemon/base/version.h"

#include <fmt/format.h>
#include <isa-l.h>
#include <spdlog/version.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include "core/scan/database.h"
#include "version_commit.h"

namespace cflt::base {

std::string version_text() {
  return fmt::format(
      "cflt-redact {} ({})\n"
      "Hyperscan {}, SIMD {}\n"
      "ISA-L {}.{}.{}, Boost {}.{}.{}, spdlog {}.{}.{}, CLI11 {}\n",
      CFLT_VERSION, CFLT_COMMIT, scan::hyperscan_version(), scan::simd_tier(),
      ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION,
      BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
      SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH, CLI11_VERSION);
}

std::string version_number() { return CFLT_VERSION; }

}  // namespace cflt::base
