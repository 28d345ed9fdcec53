// The forms: raw bytes behind an anchor of any family, byte by byte and whole,
// against the reference. Truncated candidates (54 or 55 symbols of any kind)
// need no checksum, so mutation alone finds its way to a verdict.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "tests/support/fragments.h"
#include "tests/support/harness.h"

namespace cflt::test {
namespace {

constexpr const char* kBefore[] = {"", "", "O2", "ajB", "", "", ""};

void compare(const char* what, const Outcome& a, const Outcome& b) {
  if (a == b) return;
  std::cerr << what << '\n' << a << '\n' << b << '\n';
  std::abort();
}

void run(std::span<const std::uint8_t> data) {
  if (data.empty()) return;
  const std::size_t family = data[0] % scan::kFamilyCount;
  const std::string bytes(data.begin() + 1, data.end());
  const std::string input =
      kBefore[family] + std::string(scan::kLiterals[family]) + bytes;
  const Outcome whole = redact_whole(input);
  compare("byte by byte", redact_in_chunks(input, {1}), whole);
  compare("reference", redact_by_reference(input), whole);
}

}  // namespace
}  // namespace cflt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  cflt::test::run({data, size});
  return 0;
}
