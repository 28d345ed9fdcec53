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

/// What the anchors of a family want in front of them.
std::string before(scan::Family family) {
  switch (family) {
    case scan::Family::kBase64At1:
      return "O2";
    case scan::Family::kBase64At2:
      return "ajB";
    case scan::Family::kDecimals:
      return "99,";
    case scan::Family::kHexes:
      return "63 ";
    default:
      return "";
  }
}

void compare(const char* what, const Outcome& a, const Outcome& b) {
  if (a == b) return;
  std::cerr << what << '\n' << a << '\n' << b << '\n';
  std::abort();
}

void run(std::span<const std::uint8_t> data) {
  if (data.empty()) return;
  const auto& literal = scan::kLiterals[data[0] % scan::kLiteralCount];
  const std::string bytes(data.begin() + 1, data.end());
  const std::string input =
      before(literal.family) + std::string(literal.bytes) + bytes;
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
