// The compressed formats that -z reads, and -z -i writes.
#pragma once

#include <optional>
#include <span>

namespace cflt::compression {

enum class Compression { kNone, kGzip, kZstd };

/// What a stream with this begin is; nothing where it is too short to tell.
/// Four bytes always suffice.
std::optional<Compression> compression_of(std::span<const char> begin);

}  // namespace cflt::compression
