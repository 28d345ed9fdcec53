#include "daemon/find/ordered_output.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include "daemon/base/messages.h"
#include "daemon/base/system_error.h"

namespace cflt::find {
namespace {

/// Of one job that waits for its turn.
constexpr std::size_t kMostHeldBytes = 1 << 20;
/// Of all that are done before their turn.
constexpr std::size_t kMostStoredBytes = 4 << 20;
constexpr std::size_t kMostStoredJobs = 4096;

}  // namespace

void OrderedOutput::begin(std::string header, std::size_t skipped) {
  const std::lock_guard lock(mutex_);
  write(header);
  skipped_ = skipped;
}

void OrderedOutput::hand_over(JobWords& words) {
  if (words.output.empty()) return;
  std::unique_lock lock(mutex_);
  if (words.output.size() > kMostHeldBytes) {
    turn_changed_.wait(lock, [&] { return turn_ == words.job; });
  }
  if (turn_ != words.job) return;
  write(words.output);
  // Whoever reads along sees it at once.
  if (std::fflush(stdout) != 0) break_off();
}

void OrderedOutput::finish(JobWords words) {
  std::unique_lock lock(mutex_);
  wait_for_room(lock, words.job);
  if (turn_ != words.job) {
    stored_bytes_ += words.output.size();
    const std::uint64_t job = words.job;
    stored_.emplace(job, std::move(words));
    return;
  }
  say(words);
  for (++turn_; !stored_.empty() && stored_.begin()->first == turn_; ++turn_) {
    JobWords& next = stored_.begin()->second;
    stored_bytes_ -= next.output.size();
    say(next);
    stored_.erase(stored_.begin());
  }
  // The next file may make us wait.
  if (std::fflush(stdout) != 0) break_off();
  turn_changed_.notify_all();
}

void OrderedOutput::wait_for_room(std::unique_lock<std::mutex>& lock,
                                  std::uint64_t job) {
  turn_changed_.wait(lock, [&] {
    return turn_ == job || (stored_.size() < kMostStoredJobs &&
                            stored_bytes_ < kMostStoredBytes);
  });
}

void OrderedOutput::close(std::string footer) {
  const std::lock_guard lock(mutex_);
  skipped_ = 0;
  write(footer);
  if (std::fflush(stdout) != 0) break_off();
}

bool OrderedOutput::is_broken() const {
  const std::lock_guard lock(mutex_);
  return is_broken_;
}

void OrderedOutput::say(JobWords& words) {
  write(words.output);
  if (words.problem.empty()) return;
  if (words.is_failure) {
    base::complain(words.problem);
    failures_.push_back(std::move(words.problem));
  } else {
    problems_.push_back(std::move(words.problem));
  }
}

void OrderedOutput::write(std::string& output) {
  if (output.empty() || is_broken_) return output.clear();
  output.erase(0, std::exchange(skipped_, 0));
  if (std::fwrite(output.data(), 1, output.size(), stdout) != output.size()) {
    break_off();
  }
  output.clear();
}

void OrderedOutput::break_off() {
  if (is_broken_) return;
  base::complain_about("stdout", base::last_system_error());
  is_broken_ = true;
}

}  // namespace cflt::find
