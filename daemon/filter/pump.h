// Reads, redacts and writes: inputs, as one stream, to one output.
//
//   Input ──▶ Window ──▶ Stream ──pieces──▶ Output
//
// A pump belongs to one thread, but for live(). What goes wrong is told to the
// user here, by name and reason.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/stream/stream.h"
#include "core/stream/window.h"
#include "daemon/filter/input.h"
#include "daemon/filter/output.h"
#include "daemon/filter/statistics.h"

namespace cflt::filter {

class Pump {
 public:
  /// Rules and scanner outlive the pump. Lines are counted on demand only.
  Pump(const stream::Rules& rules, scan::Scanner& scanner, Output output,
       bool counts_lines);

  /// All inputs, as one stream. False: the output failed.
  bool run(const std::vector<std::string>& paths,
           Decompress decompress = Decompress::kNo);

  /// Closes the output. False: what was written may not be there.
  bool close();

  /// For callers that read by themselves: where to, how much it was, the end.
  /// False: the output failed, output_error() says why, and nobody was told.
  std::span<char> room() { return window_.room(); }
  bool take(std::size_t count);
  bool finish();
  const boost::system::error_code& output_error() const {
    return output_error_;
  }

  bool input_failed() const { return input_failed_; }
  /// An input was compressed, and not decompressed; it was told so.
  bool met_packed() const { return met_packed_; }
  /// For other threads, as long as the pump.
  const LiveCounters& live() const { return live_; }
  /// The same, as live() has it: without lines.
  Statistics live_statistics() const {
    return {live_.bytes, 0, Clock::now() - started_, live_.counts()};
  }
  Statistics statistics() const {
    return {live_.bytes, lines_, Clock::now() - started_, stream_.counts(),
            scanner_.rescued_count()};
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool copy_all(const std::vector<std::string>& paths, Decompress decompress);
  bool copy(const std::string& path, Decompress decompress);
  bool is_output(const Input& input) const;
  void warn_of_type(const Input& input, std::uint64_t masked_before);
  bool skip(const std::string& name, const boost::system::error_code& error);
  void publish(std::size_t count);
  bool write(std::span<const Outgoing> pieces);

  bool counts_lines_;
  const scan::Scanner& scanner_;
  stream::Stream stream_;
  stream::Window window_;
  Output output_;
  LiveCounters live_;
  std::uint64_t lines_ = 0;
  boost::system::error_code output_error_;
  bool input_failed_ = false;
  bool met_packed_ = false;
  Clock::time_point started_ = Clock::now();
};

}  // namespace cflt::filter
