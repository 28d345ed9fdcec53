// The Hyperscan database of the anchors.
//
// Immutable once made, shared by all scanners of the process; the last one to
// let go frees it.
#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <string>

#include "core/scan/anchor.h"

struct hs_database;

namespace cflt::scan {

/// Why something could not be set up, in one line.
struct Failure {
  std::string message;
};

/// What result::value() does with a failure that nobody looked at.
[[noreturn]] void throw_exception_from_error(const Failure& failure,
                                             const boost::source_location&);

class Database {
 public:
  using Ptr = std::shared_ptr<const Database>;

  /// Compiles the literals of `families` for this CPU (1 to 2 ms). Fails
  /// where the CPU lacks SSSE3 or memory is short; a Scanner without a
  /// database still works, slower.
  static boost::system::result<Ptr, Failure> compile(FamilySet families);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const hs_database* get() const { return database_; }

 private:
  explicit Database(hs_database* database) : database_(database) {}
  hs_database* database_;
};

/// Hyperscan's version, such as "5.4.0 2021-01-26".
const char* hyperscan_version();

/// The SIMD tier that Hyperscan uses here: "AVX512VBMI", "AVX512", "AVX2",
/// "SSSE3", or "none" where it cannot run.
const char* simd_tier();

}  // namespace cflt::scan
