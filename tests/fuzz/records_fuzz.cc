// Connections of any bytes, in any reads, become the reference's records.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "tests/support/connections.h"
#include "tests/support/record_harness.h"

using cflt::test::choice_from;
using cflt::test::compose_connection;
using cflt::test::take_in;
using cflt::test::take_in_by_reference;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 6) return 0;
  const auto pair = [data](std::size_t at) {
    return static_cast<std::uint16_t>(data[at] | data[at + 1] << 8);
  };
  const auto choice = choice_from(pair(0), pair(2));
  // Half of them are recipes, so that mutations meet valid checksums.
  const std::span<const std::uint8_t> rest(data + 6, size - 6);
  const std::string bytes = (data[4] & 1) != 0
                                ? compose_connection(rest)
                                : std::string(rest.begin(), rest.end());
  const auto expected = take_in_by_reference(bytes, choice);
  const auto taken = take_in(bytes, choice, {1U + data[4], 1U + data[5]});
  if (taken == expected) return 0;
  std::cerr << "taken: " << taken << "\nexpected: " << expected << "\n";
  std::abort();
}
