#include "core/stream/stream.h"

#include <string.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace cflt::stream {

using forms::Grammar;
using forms::Reading;
using scan::Family;
using secret::Candidate;
using secret::RunEnd;
using secret::Verdict;

std::uint64_t Counts::found_in_all() const {
  return std::accumulate(found.begin(), found.end(), std::uint64_t{0});
}

Counts& Counts::operator+=(const Counts& other) {
  for (std::size_t i = 0; i < found.size(); ++i) found[i] += other.found[i];
  truncated += other.truncated;
  suspected += other.suspected;
  rejected += other.rejected;
  masked += other.masked;
  return *this;
}

void Stream::Queue::push(const Pending& pending) {
  CFLT_CHECK(size_ < kCapacity);
  items_[(head_ + size_++) % kCapacity] = pending;
}

void Stream::Queue::pop() {
  head_ = (head_ + 1) % kCapacity;
  --size_;
}

Stream::Stream(const Rules& rules, scan::Scanner& scanner)
    : rules_(&rules), scanner_(&scanner), run_(rules.grammar) {}

std::span<const Outgoing> Stream::feed(Bytes window, std::size_t fresh_at) {
  begin(window, fresh_at);
  const std::size_t from = fresh_at - std::min(fresh_at, scan::kContextBytes);
  const auto block = window.slice(from, window.size());
  for (scan::Anchor anchor : scanner_->scan(block, fresh_at - from)) {
    anchor.end += static_cast<std::uint32_t>(from);
    add(anchor);
  }
  advance();
  drop_broken();
  redactor_.release(pending_.empty() ? window_end() : pending_.front().end);
  return redactor_.pieces();
}

std::span<const Outgoing> Stream::finish(Bytes window) {
  begin(window, window.size());
  return decide_all();
}

std::span<const Outgoing> Stream::redact_whole(
    Bytes window, std::span<const scan::Anchor> anchors, std::uint32_t offset) {
  begin(window, 0);
  for (scan::Anchor anchor : anchors) {
    anchor.end -= offset;
    add(anchor);
  }
  advance();
  return decide_all();
}

/// Nothing follows: decides and releases what is held.
std::span<const Outgoing> Stream::decide_all() {
  while (!pending_.empty()) {
    decide();
    advance();
  }
  redactor_.release(window_end());
  run_.wipe();
  return redactor_.pieces();
}

Counts Stream::take_counts() { return std::exchange(counts_, {}); }

std::size_t Stream::keep() const {
  const std::size_t held = window_end() - redactor_.decided();
  return std::min(window_.size(), std::max(held, scan::kContextBytes));
}

void Stream::begin(Bytes window, std::size_t fresh_at) {
  position_ = window_end() - fresh_at;
  window_ = window;
  redactor_.begin(window, position_);
  if (findings_ != nullptr) findings_->clear();
}

void Stream::add(const scan::Anchor& anchor) {
  const std::size_t at = anchor.end - scan::literal(anchor.family).size();
  const char previous = at > 0 ? window_[at - 1] : '\0';
  if (!forms::fits_behind(anchor.family, previous)) return;

  const std::uint64_t end = position_ + anchor.end;
  advance();
  last_first_ = locate(anchor, end);
  pending_.push({end, last_first_, anchor.family});
}

/// The index in the run of the symbol behind an anchor. The anchor's bytes are
/// plain symbols (or UTF-16) and belong to no escape, so a run that has been
/// read so far holds them; where none has, a run begins behind it.
std::uint32_t Stream::locate(const scan::Anchor& anchor, std::uint64_t end) {
  if (run_.position() >= end) {
    const std::size_t size = scan::kShortestLiteralBytes;
    return run_.index_of(end, last_first_ + static_cast<std::uint32_t>(size));
  }
  CFLT_CHECK(pending_.empty());
  run_.start(end, anchor.family == Family::kUtf16 ? Grammar::kUtf16Nul
                                                  : Grammar::kBetween);
  return 0;
}

/// Reads on and decides the anchors in order, as far as that goes.
void Stream::advance() {
  while (!pending_.empty()) {
    const Pending& head = pending_.front();
    const std::uint32_t enough =
        head.first + forms::symbols_needed(head.family);
    if (run_.count() < enough && !run_.ended()) {
      run_.read(window_, position_,
                std::min(window_end(), head.end + kWindowBytes), head.first);
    }
    if (run_.count() < enough && !run_.ended() && !is_cut(head)) return;
    decide();
  }
}

/// Decides the anchors that more bytes cannot help.
void Stream::drop_broken() {
  while (!pending_.empty()) {
    const Pending& head = pending_.front();
    if (!forms::is_broken(head.family, rules_->ways, reading_of(head))) return;
    decide();
    advance();
  }
}

bool Stream::is_cut(const Pending& pending) const {
  return run_.position() == pending.end + kWindowBytes;
}

Reading Stream::reading_of(const Pending& pending) const {
  const std::uint32_t count = std::min(run_.count() - pending.first,
                                       forms::symbols_needed(pending.family));
  const RunEnd end = run_.ended_by_star()               ? RunEnd::kStar
                     : run_.ended() || !is_cut(pending) ? RunEnd::kByte
                                                        : RunEnd::kCut;
  return {run_, pending.first, count, end};
}

/// Decides the first pending anchor: its run is complete, has ended, or
/// nothing follows.
void Stream::decide() {
  const Pending& head = pending_.front();
  const Reading reading = reading_of(head);
  if (!forms::is_hopeless(head.family, rules_->ways, reading)) {
    Candidate candidate;
    forms::read(head.family, rules_->ways, reading, candidate);
    const auto verdict =
        secret::judge(candidate, rules_->options.mask_truncated);
    const bool is_masked = apply(verdict, head, reading, candidate);
    if (findings_ != nullptr) {
      report(verdict, is_masked, head, reading, candidate);
    }
  }
  pending_.pop();
}

/// Whether it is replaced.
bool Stream::apply(Verdict verdict, const Pending& pending,
                   const Reading& reading, const Candidate& candidate) {
  std::uint32_t count = secret::kSymbolCount;
  switch (verdict) {
    case Verdict::kFailed:
      return false;
    case Verdict::kFound: {
      const auto form = forms::form_of(pending.family, reading, count);
      ++counts_.found[static_cast<std::size_t>(form)];
      break;
    }
    case Verdict::kTruncated:
    case Verdict::kSuspected:
      ++(verdict == Verdict::kTruncated ? counts_.truncated
                                        : counts_.suspected);
      count = candidate.strict_count;
      break;
    case Verdict::kRejected:
      ++counts_.rejected;
      if (!rules_->options.mask_rejected || candidate.spaced) return false;
  }
  const std::uint32_t last =
      pending.first + forms::symbols_covering(pending.family, count) - 1;
  redactor_.replace({pending.family, pending.end, run_.end(last), count,
                     *run_.symbols(last)});
  ++counts_.masked;
  return true;
}

void Stream::report(Verdict verdict, bool is_masked, const Pending& pending,
                    const Reading& reading, const Candidate& candidate) {
  if (verdict == Verdict::kFailed) return;
  const std::uint32_t count = secret::is_cut_short(verdict)
                                  ? candidate.strict_count
                                  : secret::kSymbolCount;
  const std::uint32_t last =
      pending.first + forms::symbols_covering(pending.family, count) - 1;
  Finding finding{pending.end - scan::literal(pending.family).size(),
                  run_.end(last),
                  pending.family,
                  forms::form_of(pending.family, reading, count),
                  verdict,
                  is_masked,
                  {}};
  if (verdict == Verdict::kFound) {
    std::copy_n(candidate.symbols, count, finding.symbols.begin());
  }
  findings_->add(finding);
  explicit_bzero(finding.symbols.data(), finding.symbols.size());
}

}  // namespace cflt::stream
