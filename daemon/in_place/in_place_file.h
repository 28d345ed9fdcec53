// Redacts one file in place.
//
//   read ──▶ scan ──▶ nothing found so far: only counted
//                 └─▶ from the first finding on: ReplacementFile
//
// A file without findings is only read. The clean bytes before the first
// finding are copied by the kernel. What is compressed is read again from its
// start then, and compressed again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/stream/stream.h"
#include "core/stream/window.h"
#include "daemon/compression/encoder.h"
#include "daemon/filter/input.h"
#include "daemon/filter/statistics.h"
#include "daemon/in_place/replacement_file.h"

namespace cflt::in_place {

/// What all files of a run share; it outlives each of them.
struct InPlaceRun {
  const stream::Rules& rules;
  scan::Scanner& scanner;
  filter::Decompress decompress;
  bool rewrites_binary;  // files that are more than text, too
  std::string suffix;    // of the copy that is kept; empty: none
  bool counts_lines;
  std::function<bool()> is_interrupted;
  filter::LiveCounters live;
  filter::Statistics totals;
};

class InPlaceFile {
 public:
  InPlaceFile(InPlaceRun& run, const std::string& path);

  /// Why it was left as it was: "<path>: ...". Empty: it is done.
  Problem redact();
  bool was_replaced() const { return was_replaced_; }

 private:
  enum class Step { kGoOn, kEnd, kAgain };

  Problem open();
  Problem pass();
  Step step(filter::Input& input, stream::Stream& stream,
            stream::Window& window);
  Step take(std::span<const Outgoing> pieces, const stream::Stream& stream);
  bool begin_replacement(compression::Compression compression);
  Problem finish();
  boost::system::error_code write(std::span<const Outgoing> pieces);
  Step fail(const std::string& why);
  Step fail(const boost::system::error_code& error);

  InPlaceRun& run_;
  std::string path_;
  std::optional<LeasedFile> original_;
  std::optional<ReplacementFile> replacement_;
  std::unique_ptr<compression::Encoder> encoder_;
  std::uint64_t released_ = 0;  // bytes before the replacement begins
  std::uint64_t bytes_ = 0;
  std::uint64_t lines_ = 0;
  compression::Compression compression_ = compression::Compression::kNone;
  bool was_replaced_ = false;
  Problem problem_;
};

}  // namespace cflt::in_place
