#include "daemon/find/examiner.h"

#include <algorithm>
#include <cstring>

#include "daemon/fingerprints/fingerprint.h"

namespace cflt::find {
namespace {

using boost::system::error_code;
using secret::Verdict;

/// An anchor, what may belong to it, and the byte that says where it ends.
constexpr std::size_t kMostSpanBytes =
    stream::kMostContextBytes + stream::kLongestWindowBytes;
/// Bytes behind a finding after which all is known about them: a secret that
/// begins within reach is decided, too.
constexpr std::size_t kBehindBytes = kKeyIdReachBytes + 1 + kMostSpanBytes + 1;
/// What a waiting finding needs, with the reach before it.
constexpr std::size_t kKeptBytes = 8192;
static_assert(kKeptBytes >=
              kKeyIdReachBytes + 1 + kMostSpanBytes + kBehindBytes);

}  // namespace

Examiner::Examiner(const stream::Rules& rules, scan::Scanner& scanner,
                   filter::LiveCounters& live)
    : live_(live), stream_(rules, scanner), window_(kChunkBytes, kKeptBytes) {
  stream_.report_to(findings_);
}

error_code Examiner::examine(filter::Input& input, const ReportSink& sink) {
  const auto error = read_all(input, sink);
  finish(sink);
  return error;
}

error_code Examiner::read_all(filter::Input& input, const ReportSink& sink) {
  for (;;) {
    const std::uint64_t read_before = input.file_bytes();
    const auto count = input.read(window_.room());
    if (!count.has_value()) return count.error();
    if (*count == 0) return {};
    live_.bytes.fetch_add(*count, std::memory_order_relaxed);
    live_.file_bytes.fetch_add(input.file_bytes() - read_before,
                               std::memory_order_relaxed);
    take(*count, sink);
  }
}

void Examiner::take(std::size_t count, const ReportSink& sink) {
  const Bytes window = window_.filled(count);
  const auto pieces = stream_.feed(window, window_.fresh_at());
  size_ += count;
  gather(window);
  settle(window, false, sink);
  keep(window, pieces);
}

void Examiner::finish(const ReportSink& sink) {
  const Bytes window = window_.filled(0);
  const auto pieces = stream_.finish(window);
  gather(window);
  settle(window, true, sink);
  window_.keep(0, pieces);
  spans_.clear();
  lines_ = {};
  base_ += size_;
  bytes_ += size_;
  size_ = 0;
}

/// Keeps what a finding to come may ask for, and counts the lines of the rest.
void Examiner::keep(Bytes window, std::span<const Outgoing> pieces) {
  const std::size_t kept = std::min(window.size(), kKeptBytes);
  const std::uint64_t from = size_ - kept;
  count_lines(window, from);
  std::erase_if(spans_, [from](const auto& span) { return span.end <= from; });
  window_.keep(kept, pieces);
}

void Examiner::gather(Bytes window) {
  for (const stream::Finding& finding : findings_.all()) {
    spans_.push_back({finding.begin - base_, finding.end - base_});
    if (!finding.is_masked) continue;
    live_.findings.fetch_add(1, std::memory_order_relaxed);
    add(finding, window);
  }
}

void Examiner::add(const stream::Finding& finding, Bytes window) {
  const std::uint64_t begin = finding.begin - base_;
  count_lines(window, begin);
  Report report{begin,           lines_.line(), lines_.column(), finding.form,
                finding.verdict, std::nullopt,  std::nullopt,    {}};
  if (finding.verdict == Verdict::kFound) {
    report.fingerprint = fingerprints::fingerprint(finding.symbols);
  }
  waiting_.push_back(
      {std::move(report), finding.family, begin, finding.end - base_});
}

/// As far as a position in the window, or before it: findings come in order.
void Examiner::count_lines(Bytes window, std::uint64_t to) {
  if (to <= lines_.position()) return;
  const std::uint64_t at = begin_of(window);
  lines_.count(window.slice(lines_.position() - at, to - at));
}

void Examiner::settle(Bytes window, bool is_last, const ReportSink& sink) {
  auto at = waiting_.begin();
  for (; at != waiting_.end(); ++at) {
    if (!is_last && !is_settled(*at, window)) break;
    find_key(*at, window);
    settled_.push_back(std::move(at->report));
  }
  waiting_.erase(waiting_.begin(), at);
  if (!settled_.empty()) sink(settled_);
  settled_.clear();
}

/// Its line has ended, or there are enough bytes behind it, and no secret is
/// still being read: it could reach over the line's end.
bool Examiner::is_settled(const Waiting& waiting, Bytes window) const {
  if (size_ - waiting.end >= kBehindBytes) return true;
  if (stream_.undecided_anchor_bytes() > 0) return false;
  const Bytes behind =
      window.slice(waiting.end - begin_of(window), window.size());
  return std::memchr(behind.data(), '\n', behind.size()) != nullptr;
}

void Examiner::find_key(Waiting& waiting, Bytes window) const {
  const std::uint64_t at = begin_of(window);
  const std::uint64_t before = kKeyIdReachBytes + kMostSpanBytes;
  std::vector<SecretSpan> near;
  for (auto span = std::lower_bound(
           spans_.begin(), spans_.end(),
           waiting.begin - std::min(waiting.begin, before),
           [](const auto&each, auto from) { return each.begin < from; });
       span != spans_.end() && span->begin <= waiting.end + kKeyIdReachBytes;
       ++span) {
    near.push_back({std::max(span->begin, at) - at, span->end - at});
  }
  waiting.report.key_id = find_key_id(
      window, waiting.family, {waiting.begin - at, waiting.end - at}, near);
}

}  // namespace cflt::find
