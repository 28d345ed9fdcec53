// The benchmarks, by room. Each name is `room/...`; bench/micro-report reads
// them.
#pragma once

namespace cflt::bench {

/// scan/KERNEL/DENSITY/BLOCK_BYTES
void register_scan();

/// forms/found/FORM, forms/near_miss/FORM
void register_forms();

/// stream/INPUT/SIZE/CHUNK_BYTES
void register_stream();

/// secret/check_of, secret/judge/VERDICT
void register_secret();

}  // namespace cflt::bench
