#include "daemon/compression/zstd_memory.h"

#include <malloc.h>
#include <string.h>

#include <cstdlib>

namespace cflt::compression {
namespace {

void* allocate(void* /*opaque*/, std::size_t size) { return std::malloc(size); }

void wipe_and_free(void* /*opaque*/, void* memory) {
  if (memory == nullptr) return;
  ::explicit_bzero(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

ZSTD_customMem wiped_memory() { return {allocate, wipe_and_free, nullptr}; }

}  // namespace cflt::compression
