// One output for jobs that run side by side: what they say comes out in the
// jobs' order, whoever is done first.
//
//   turn ▼
//   job  5 6 7 8 9 ...      5 writes at once; 7 is done and stored; 6 and 8
//                           hold back a little, then wait for their turn
//
// What is stored is bounded. The job whose turn it is never waits, so all come
// to theirs. Any thread may call.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace cflt::find {

/// What a job has to say, and has not handed over yet.
struct JobWords {
  std::uint64_t job = 0;    // from 0, without gaps
  std::string output;       // for stdout
  std::string problem;      // of the path, at the end; empty: none
  bool is_failure = false;  // the problem is one of a path that was named
};

class OrderedOutput {
 public:
  /// Writes what stands before all output, of which the first `skipped` bytes
  /// are left out: a separator. Before the first job.
  void begin(std::string header, std::size_t skipped);

  /// Writes the output that there is, if it is the job's turn; waits for it
  /// where it is much.
  void hand_over(JobWords& words);
  /// The job has no more to say.
  void finish(JobWords words);

  /// All jobs are done: writes what stands behind them, and what is buffered.
  void close(std::string footer = "");

  /// After a job could not write: no more is worth doing.
  bool is_broken() const;
  /// When all jobs are done: of the paths that were met in walks.
  const std::vector<std::string>& problems() const { return problems_; }
  /// The same of paths that were named; they have been told.
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  void write(std::string& output);
  void say(JobWords& words);
  void break_off();
  void wait_for_room(std::unique_lock<std::mutex>& lock, std::uint64_t job);

  mutable std::mutex mutex_;
  std::condition_variable turn_changed_;
  std::uint64_t turn_ = 0;
  std::map<std::uint64_t, JobWords> stored_;
  std::size_t stored_bytes_ = 0;
  std::size_t skipped_ = 0;
  std::vector<std::string> problems_;
  std::vector<std::string> failures_;
  bool is_broken_ = false;
};

}  // namespace cflt::find
