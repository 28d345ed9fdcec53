// Places of which there is a limited number, such as those for connections.
#pragma once

#include <atomic>
#include <memory>

namespace cflt::serve::net {

/// How many are taken. Read and written by any thread.
using PlaceCount = std::shared_ptr<std::atomic<unsigned>>;

inline PlaceCount make_place_count() {
  return std::make_shared<std::atomic<unsigned>>(0);
}

/// Given back by its last owner, whatever becomes of what it was taken for.
using Place = std::shared_ptr<const void>;

inline Place take_place(const PlaceCount& count) {
  ++*count;
  return {count.get(), [count](const void*) { --*count; }};
}

}  // namespace cflt::serve::net
