// Reads one input after the other and reports what is found in it.
//
//   Input ──▶ Window ──▶ Stream ──▶ Findings ──▶ waiting ──▶ Reports
//
// A finding waits for the bytes around it: the key ID may stand behind it. An
// Examiner belongs to one thread; what it holds does not depend on the input's
// size.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/stream/stream.h"
#include "core/stream/window.h"
#include "daemon/filter/input.h"
#include "daemon/filter/statistics.h"
#include "daemon/find/key_id.h"
#include "daemon/find/line_counter.h"
#include "daemon/find/report.h"

namespace cflt::find {

/// Takes the findings that one read has settled, in order.
using ReportSink = std::function<void(std::span<const Report>)>;

class Examiner {
 public:
  /// All outlive it. Several examiners add to one `live`.
  Examiner(const stream::Rules& rules, scan::Scanner& scanner,
           filter::LiveCounters& live);

  /// To the input's end, or to an error; what was found before is reported.
  boost::system::error_code examine(filter::Input& input,
                                    const ReportSink& sink);

  std::uint64_t bytes() const { return bytes_; }
  const stream::Counts& counts() const { return stream_.counts(); }

 private:
  /// A finding whose surroundings are not all there. Positions in the input.
  struct Waiting {
    Report report;
    scan::Family family;
    std::uint64_t begin;
    std::uint64_t end;
  };

  boost::system::error_code read_all(filter::Input& input,
                                     const ReportSink& sink);
  void take(std::size_t count, const ReportSink& sink);
  void finish(const ReportSink& sink);
  void gather(Bytes window);
  void add(const stream::Finding& finding, Bytes window);
  void count_lines(Bytes window, std::uint64_t to);
  void settle(Bytes window, bool is_last, const ReportSink& sink);
  bool is_settled(const Waiting& waiting, Bytes window) const;
  void find_key(Waiting& waiting, Bytes window) const;
  void keep(Bytes window, std::span<const Outgoing> pieces);
  std::uint64_t begin_of(Bytes window) const { return size_ - window.size(); }

  filter::LiveCounters& live_;
  stream::Stream stream_;
  stream::Window window_;
  stream::Findings findings_;
  std::vector<Waiting> waiting_;
  std::vector<SecretSpan> spans_;  // of all findings near, in order
  std::vector<Report> settled_;
  LineCounter lines_;
  std::uint64_t base_ = 0;   // stream position of the input's first byte
  std::uint64_t size_ = 0;   // of the input so far
  std::uint64_t bytes_ = 0;  // of all inputs
};

}  // namespace cflt::find
