// Memory for libzstd, which keeps plain text in it: it is overwritten before it
// is given back.
#pragma once

// The functions that take an allocator are for programs that link the library
// statically, as this one does.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

namespace cflt::compression {

ZSTD_customMem wiped_memory();

}  // namespace cflt::compression
