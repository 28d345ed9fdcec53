// The stream, for any options and chunking, against the reference. The first
// bytes are options and chunk sizes, the rest is a recipe of fragments, so
// that mutations meet valid checksums.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "tests/support/fragments.h"
#include "tests/support/harness.h"

namespace cflt::test {
namespace {

void compare(const char* what, const Outcome& a, const Outcome& b) {
  if (a == b) return;
  std::cerr << what << '\n' << a << '\n' << b << '\n';
  std::abort();
}

void run(std::span<const std::uint8_t> data) {
  if (data.size() < 5) return;
  const auto options =
      options_from(data[0] * 512U + data[1] * 2U + data[2] % 2);
  const std::vector<std::size_t> sizes = {1U + data[2], 1U + data[3],
                                          1U + data[4] * 3U};
  const std::string input = compose(data.subspan(5));
  const Outcome whole = redact_whole(input, options);
  compare("chunked", redact_in_chunks(input, sizes, options), whole);
  compare("reference", redact_by_reference(input, options), whole);
}

}  // namespace
}  // namespace cflt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  cflt::test::run({data, size});
  return 0;
}
