#include "core/scan/database.h"

#include <hs/hs.h>

#include <stdexcept>
#include <vector>

namespace cflt::scan {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

/// The literal as an expression: every byte as \xHH, so that nothing in it can
/// have another meaning.
std::string as_expression(std::string_view literal) {
  std::string expression;
  for (const char c : literal) {
    const auto byte = static_cast<unsigned char>(c);
    expression += "\\x";
    expression += kHexDigits[byte >> 4];
    expression += kHexDigits[byte & 15];
  }
  return expression;
}

Failure take_message(hs_compile_error_t* error) {
  Failure failure{"Hyperscan: " + std::string(error->message)};
  hs_free_compile_error(error);
  return failure;
}

}  // namespace

void throw_exception_from_error(const Failure& failure,
                                const boost::source_location&) {
  throw std::runtime_error(failure.message);
}

boost::system::result<Database::Ptr, Failure> Database::compile(
    FamilySet families) {
  if (hs_valid_platform() != HS_SUCCESS) {
    return Failure{"Hyperscan: this CPU has no SSSE3"};
  }
  std::vector<std::string> expressions;
  std::vector<unsigned> ids;
  std::vector<unsigned> flags;
  for (unsigned i = 0; i < kLiteralCount; ++i) {
    if (!families.has(kLiterals[i].family)) continue;
    expressions.push_back(as_expression(kLiterals[i].bytes));
    ids.push_back(i);
    flags.push_back(kLiterals[i].is_caseless ? HS_FLAG_CASELESS : 0);
  }
  std::vector<const char*> pointers;
  pointers.reserve(expressions.size());
  for (const auto& expression : expressions) {
    pointers.push_back(expression.c_str());
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const auto count = static_cast<unsigned>(ids.size());
  if (hs_compile_multi(pointers.data(), flags.data(), ids.data(), count,
                       HS_MODE_BLOCK, nullptr, &database,
                       &error) != HS_SUCCESS) {
    return take_message(error);
  }
  return Ptr(new Database(database));
}

Database::~Database() { hs_free_database(database_); }

const char* hyperscan_version() { return hs_version(); }

const char* simd_tier() {
  hs_platform_info_t platform{};
  if (hs_valid_platform() != HS_SUCCESS ||
      hs_populate_platform(&platform) != HS_SUCCESS) {
    return "none";
  }
#ifdef HS_CPU_FEATURES_AVX512VBMI
  if (platform.cpu_features & HS_CPU_FEATURES_AVX512VBMI) return "AVX512VBMI";
#endif
  if (platform.cpu_features & HS_CPU_FEATURES_AVX512) return "AVX512";
  if (platform.cpu_features & HS_CPU_FEATURES_AVX2) return "AVX2";
#ifdef __aarch64__
  return "NEON";  // Vectorscan, which every arm64 processor can run
#else
  return "SSSE3";
#endif
}

}  // namespace cflt::scan
