// One worker of a scan: takes the files of a walk, one after the other.
//
// Each worker has a thread, an Examiner and a Scanner of its own. They meet in
// the WalkQueue and in the OrderedOutput.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/find/examiner.h"
#include "daemon/find/ordered_output.h"
#include "daemon/find/report_writer.h"
#include "daemon/find/walker.h"
#include "daemon/fingerprints/fingerprint_map.h"

namespace cflt::find {

/// A walk that several take from. Any thread may call.
class WalkQueue {
 public:
  explicit WalkQueue(std::vector<std::string> paths)
      : walker_(std::move(paths)) {}

  struct Job {
    std::uint64_t number;
    WalkItem item;
  };
  std::optional<Job> next();

  /// When all have been taken.
  std::uint64_t link_count() const { return walker_.link_count(); }

 private:
  std::mutex mutex_;
  Walker walker_;
  std::uint64_t taken_ = 0;
};

/// What is known of secrets before the scan.
struct KnownSecrets {
  fingerprints::FingerprintMap names;  // whose they are
  /// Not reported, whosever they are.
  fingerprints::FingerprintMap ignored{fingerprints::Conflict::kFirstCounts};
};

class ScanWorker {
 public:
  /// All outlive it. The scanner is this worker's own.
  ScanWorker(const stream::Rules& rules, const KnownSecrets& known,
             scan::Scanner& scanner, filter::LiveCounters& live,
             ReportFormat format, filter::Decompress decompress,
             WalkQueue& queue, OrderedOutput& output)
      : known_(known),
        examiner_(rules, scanner, live),
        decompress_(decompress),
        format_(format),
        queue_(queue),
        output_(output) {}

  /// Until there is no more to do.
  void run();

  const Examiner& examiner() const { return examiner_; }
  std::uint64_t file_count() const { return file_count_; }
  /// Findings that were not reported.
  std::uint64_t ignored_count() const { return ignored_count_; }
  /// A finding; and one that nothing proves.
  bool has_proof() const { return has_proof_; }
  bool has_suspicion() const { return has_suspicion_; }
  /// What was compressed, and not decompressed: "<path>: is ...".
  const std::vector<std::string>& packed() const { return packed_; }
  /// Whether one of them was named, and not met in a walk.
  bool has_packed_name() const { return has_packed_name_; }

 private:
  void look_into(const WalkItem& item, JobWords& words);
  void examine(filter::Input& input, bool is_named, JobWords& words);
  void add(Report report, const ReportWriter& writer, std::string& output);

  const KnownSecrets& known_;
  Examiner examiner_;
  filter::Decompress decompress_;
  ReportFormat format_;
  WalkQueue& queue_;
  OrderedOutput& output_;
  std::uint64_t file_count_ = 0;
  std::uint64_t ignored_count_ = 0;
  bool has_proof_ = false;
  bool has_suspicion_ = false;
  std::vector<std::string> packed_;
  bool has_packed_name_ = false;
};

}  // namespace cflt::find
