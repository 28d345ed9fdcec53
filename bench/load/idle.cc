// Connections that say nothing.

#include <poll.h>

#include <vector>

#include "bench/load/verbs.h"

namespace cflt::load {

void idle(const Options& options) {
  raise_descriptor_limit();
  const auto address = parse_address(options.word(1, "address"));
  const std::uint64_t count = options.number("connections", 1);
  std::vector<Socket> connections;
  connections.reserve(count);
  while (connections.size() < count && !stopped()) {
    connections.push_back(connect_to(Transport::kTcp, address));
  }
  report({{"open", static_cast<std::int64_t>(connections.size())}});
  while (!stopped()) ::poll(nullptr, 0, 100);
}

}  // namespace cflt::load
