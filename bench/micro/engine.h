// The core as the filter uses it, without the reads and writes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/scan/scanner.h"
#include "core/stream/stream.h"
#include "core/stream/window.h"

namespace cflt::bench {

/// Aborts where an output is wrong: a wrong program's speed means nothing.
void require(bool holds, std::string_view what);

inline Bytes bytes_of(const std::string& text) {
  return {text.data(), text.size()};
}

/// For all families.
scan::Scanner make_scanner();

/// All forms, and the rest as it is by default.
const stream::Rules& rules();

/// A stream and its window, fed in chunks of one size.
class Feeder {
 public:
  explicit Feeder(std::size_t chunk_bytes)
      : chunk_bytes_(chunk_bytes), window_(chunk_bytes) {}

  /// `input` as one whole stream; take(Bytes) gets every piece that leaves.
  template <class Take>
  void run(Bytes input, Take take) {
    for (std::size_t at = 0; at < input.size(); at += chunk_bytes_) {
      const std::size_t to = std::min(at + chunk_bytes_, input.size());
      read(input.slice(at, to), take);
    }
    pass(stream_.finish(window_.filled(0)), 0, take);
  }

  const stream::Counts& counts() const { return stream_.counts(); }

 private:
  /// As read() would do it.
  template <class Take>
  void read(Bytes chunk, Take& take) {
    std::memcpy(window_.room().data(), chunk.data(), chunk.size());
    const Bytes window = window_.filled(chunk.size());
    const auto pieces = stream_.feed(window, window_.fresh_at());
    pass(pieces, stream_.keep(), take);
  }

  template <class Take>
  void pass(std::span<const Outgoing> pieces, std::size_t keep, Take& take) {
    for (const Outgoing& piece : pieces) take(piece.bytes());
    window_.keep(keep, pieces);
  }

  std::size_t chunk_bytes_;
  scan::Scanner scanner_ = make_scanner();
  stream::Stream stream_{rules(), scanner_};
  stream::Window window_;
};

/// How many bytes come out; what is timed.
std::size_t count_released(Feeder& feeder, Bytes input);

/// What comes out.
std::string output_of(Feeder& feeder, Bytes input);

}  // namespace cflt::bench
