#include "core/stream/stream.h"

#include <string.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

namespace cflt::stream {

using forms::Reading;
using scan::Family;
using secret::Candidate;
using secret::RunEnd;
using secret::Verdict;

namespace {

/// What an anchor in a list has behind its `c`.
constexpr std::string_view kListLetters = "flt";

/// A run of anchors may be endless, the counts of its symbols are not: behind
/// so many, the next anchor begins another.
constexpr std::uint32_t kLongestRun = 1U << 20;

}  // namespace

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

Stream::Pending Stream::Queue::front() const {
  const Item& item = items_.data()[head_];
  const std::uint64_t end =
      last_end_ - (static_cast<std::uint32_t>(last_end_) - item.end);
  return {end, end - item.from_bytes, item.family, item.anchor_bytes};
}

void Stream::Queue::push(const Pending& pending) {
  CFLT_CHECK(size_ < kCapacity);
  std::size_t at = head_ + size_++;
  if (at >= kCapacity) at -= kCapacity;
  items_[at] = {static_cast<std::uint32_t>(pending.end),
                static_cast<std::uint8_t>(pending.end - pending.from),
                pending.anchor_bytes, pending.family};
  last_end_ = pending.end;
}

void Stream::Queue::pop() {
  if (++head_ == kCapacity) head_ = 0;
  --size_;
}

void Stream::Layer::start(std::uint64_t position, forms::Base base) {
  run.start(position, base);
  inner.forget();
  letter = 0;
}

void Stream::Layer::wipe() {
  run.wipe();
  inner.forget();
  from = 0;
}

Stream::Stream(const Rules& rules, scan::Scanner& scanner)
    : rules_(&rules), scanner_(&scanner), redactor_(rules.options.mask) {}

std::span<const Outgoing> Stream::feed(Bytes window, std::size_t fresh_at) {
  begin(window, fresh_at);
  const std::size_t from = fresh_at - std::min(fresh_at, scan::kOverlapBytes);
  const auto block = window.slice(from, window.size());
  for (scan::Anchor anchor : scanner_->scan(block, fresh_at - from)) {
    anchor.end += static_cast<std::uint32_t>(from);
    add(anchor);
  }
  advance();
  drop_broken();
  redactor_.release(pending_.empty() ? window_end() : pending_.front().end);
  if (pending_.empty()) wipe_layers();
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
    if (anchor.end < offset + anchor.size()) continue;
    anchor.end -= offset;
    add(anchor);
  }
  return decide_all();
}

/// Nothing follows: decides and releases what is held.
std::span<const Outgoing> Stream::decide_all() {
  at_end_ = true;
  advance();
  redactor_.release(window_end());
  wipe_layers();
  return redactor_.pieces();
}

/// Of what has been decided, nothing is kept: the next bytes may be long in
/// coming. An anchor in them begins a run of its own.
void Stream::wipe_layers() {
  for (auto& layer : layers_) {
    if (layer != nullptr) layer->wipe();
  }
}

Counts Stream::take_counts() { return std::exchange(counts_, {}); }

std::size_t Stream::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& layer : layers_) {
    if (layer == nullptr) continue;
    bytes +=
        sizeof(Layer) + layer->run.memory_bytes() + layer->inner.memory_bytes();
  }
  return bytes;
}

std::size_t Stream::keep() const {
  const std::size_t held = window_end() - redactor_.decided();
  return std::min(window_.size(), std::max(held, context_bytes()));
}

/// What may be a list is looked through to its front; of anything else, such as
/// a secret that was just replaced, only a few bytes are kept.
std::size_t Stream::context_bytes() const {
  const std::size_t most = std::min(window_.size(), kMostContextBytes);
  std::size_t count = 0;
  while (count < most &&
         forms::can_be_in_list(window_[window_.size() - 1 - count])) {
    ++count;
  }
  return std::max(std::min(count + 1, most), kLeastContextBytes);
}

void Stream::begin(Bytes window, std::size_t fresh_at) {
  position_ = window_end() - fresh_at;
  window_ = window;
  at_end_ = false;
  redactor_.begin(window, position_);
  if (findings_ != nullptr) findings_->clear();
}

void Stream::add(const scan::Anchor& anchor) {
  const Family family = anchor.family();
  const std::size_t size = anchor.size();
  const std::size_t at = anchor.end - size;
  const std::uint64_t end = position_ + anchor.end;
  Pending pending{end, end, family, static_cast<std::uint8_t>(size)};
  if (scan::is_list(family)) {
    const std::size_t number = at + scan::number_at(anchor.what());
    const std::size_t before = forms::bytes_since_first_letter(
        window_.slice(0, number), forms::base_of(family), kLookBehindBytes);
    if (before == 0) return;
    pending.from = position_ + number;
    pending.anchor_bytes =
        static_cast<std::uint8_t>(before + anchor.end - number);
  } else if (!forms::fits_behind(family, unit_before(family, at))) {
    return;
  }
  if (!pending_.empty()) advance();
  if (!pending_.empty() || !decide_at_once(pending)) pending_.push(pending);
}

/// The unit in front of a byte of the window, or NUL.
char Stream::unit_before(Family family, std::size_t at) const {
  if (!scan::is_utf16(family)) return at > 0 ? window_[at - 1] : '\0';
  return at > 1 && window_[at - 1] == '\0' ? window_[at - 2] : '\0';
}

Stream::Layer& Stream::layer_of(forms::Coding coding) {
  auto& layer = layers_.data()[static_cast<std::size_t>(coding)];
  if (layer == nullptr) layer = std::make_unique<Layer>(coding);
  return *layer;
}

/// The run that the anchor stands in or in front of. Its bytes are plain
/// symbols and belong to no escape, so a run that has been read so far holds
/// them; where none has, a run begins behind it.
Stream::Layer& Stream::enter(const Pending& head) {
  Layer& layer = layer_of(head.coding());
  if (layer.from == head.from) return layer;
  const bool is_list = scan::is_list(head.family);
  const forms::Base base = forms::base_of(head.family);
  const forms::SymbolRun& run = layer.run;
  const bool holds = is_list ? run.position() > head.from && run.base() == base
                             : run.position() >= head.from;
  if (holds && run.count() < kLongestRun) {
    const std::uint32_t own = is_list ? 1 : scan::kShortestLiteralBytes;
    layer.letter = run.index_behind(head.from, layer.letter + own);
  } else {
    layer.start(head.from, base);
  }
  layer.from = head.from;
  layer.first = layer.letter +
                (is_list ? static_cast<std::uint32_t>(kListLetters.size()) : 0);
  return layer;
}

/// Decides the anchors in order, as far as that goes.
void Stream::advance() {
  while (!pending_.empty() && decide_at_once(pending_.front())) pending_.pop();
}

/// Decides the anchors that more bytes cannot help.
void Stream::drop_broken() {
  while (!pending_.empty()) {
    const Pending head = pending_.front();
    Layer& layer = enter(head);
    const bool is_broken =
        !letters_fit(head, layer) ||
        forms::is_broken(head.family, ways_of(head), reading_of(head, layer));
    if (!is_broken) return;
    decide(head, layer);
    pending_.pop();
    advance();
  }
}

/// Reads on and decides the first anchor that is not decided; false: more bytes
/// may help.
bool Stream::decide_at_once(const Pending& head) {
  Layer& layer = enter(head);
  const std::uint32_t enough = layer.first + forms::symbols_needed(head.family);
  if (layer.run.count() < enough) read_on(head, layer);
  if (layer.run.count() < enough && !is_complete(head, layer)) return false;
  if (decide(head, layer)) return true;
  read_on(head, layer);  // what is escaped inside base64 takes more symbols
  return decide(head, layer);
}

void Stream::read_on(const Pending& head, Layer& layer) {
  const std::uint64_t until = std::min(window_end(), head.limit());
  if (!layer.run.ended() && layer.run.position() < until) {
    layer.run.read(window_, position_, until, layer.letter);
  }
  if (at_end_ && layer.run.position() < head.limit()) layer.run.finish();
}

/// No byte that may decide about the anchor is missing.
bool Stream::is_complete(const Pending& head, const Layer& layer) const {
  const forms::SymbolRun& run = layer.run;
  return run.ended() || run.position() == head.limit() ||
         (at_end_ && run.position() == window_end());
}

Reading Stream::reading_of(const Pending& head, const Layer& layer) const {
  const forms::SymbolRun& run = layer.run;
  const std::uint32_t first = layer.first;
  const std::uint32_t count = std::max(run.count(), first) - first;
  const bool is_cut = !run.ended() && run.position() == head.limit();
  const RunEnd end = run.ended_by_star() ? RunEnd::kStar
                     : is_cut            ? RunEnd::kCut
                                         : RunEnd::kByte;
  return {run, first, count, end};
}

/// Of a list: its letters behind the `c` are those of an anchor, as far as they
/// are known.
bool Stream::letters_fit(const Pending& head, const Layer& layer) {
  if (!scan::is_list(head.family)) return true;
  const forms::SymbolRun& run = layer.run;
  const std::uint32_t known = std::min(run.count(), layer.first);
  return kListLetters.starts_with(
             {run.symbols(layer.letter), known - layer.letter}) &&
         run.how(layer.letter, known).plain();
}

/// The same, without reading on.
bool Stream::decide(const Pending& head, Layer& layer) {
  const Reading reading = reading_of(head, layer);
  if (!letters_fit(head, layer) ||
      forms::is_hopeless(head.family, ways_of(head), reading, layer.inner)) {
    return true;
  }
  Candidate candidate;
  forms::read(head.family, ways_of(head), reading, layer.inner, candidate);
  if (candidate.unfinished && !is_complete(head, layer)) return false;
  const auto verdict = secret::judge(candidate, rules_->options.mask_truncated);
  if (verdict == Verdict::kFailed) return true;
  const Outcome outcome = outcome_of(verdict, head, layer, candidate);
  count(outcome);
  if (outcome.is_masked) redactor_.replace(outcome.replacement);
  if (findings_ != nullptr) report(outcome, candidate);
  return true;
}

Stream::Outcome Stream::outcome_of(Verdict verdict, const Pending& head,
                                   const Layer& layer,
                                   const Candidate& candidate) const {
  const Reading reading = reading_of(head, layer);
  const std::uint32_t count = secret::is_cut_short(verdict)
                                  ? candidate.strict_count
                                  : secret::kSymbolCount;
  const std::uint32_t bytes = forms::bytes_of(head.family, layer.inner, count);
  const std::uint32_t symbols = forms::symbols_covering(head.family, bytes);
  const std::uint32_t last = reading.first + symbols - 1;
  const std::uint64_t begin = head.end - head.anchor_bytes;
  const std::uint64_t from = scan::is_list(head.family)
                                 ? reading.run.end(reading.first - 1)
                                 : head.end;
  const bool is_masked =
      verdict != Verdict::kRejected ||
      (rules_->options.mask_rejected && !candidate.scattered);
  return {verdict,
          forms::form_of(head.family, reading, symbols, bytes != count),
          is_masked,
          {head.family, begin, from, reading.run.end(last), bytes,
           *reading.run.symbols(last)}};
}

void Stream::count(const Outcome& outcome) {
  switch (outcome.verdict) {
    case Verdict::kFailed:
      break;
    case Verdict::kFound:
      ++counts_.found[static_cast<std::size_t>(outcome.form)];
      break;
    case Verdict::kTruncated:
      ++counts_.truncated;
      break;
    case Verdict::kSuspected:
      ++counts_.suspected;
      break;
    case Verdict::kRejected:
      ++counts_.rejected;
      break;
  }
  if (outcome.is_masked) ++counts_.masked;
}

void Stream::report(const Outcome& outcome, const Candidate& candidate) {
  const redact::Replacement& span = outcome.replacement;
  Finding finding{span.begin,      span.to,           span.family, outcome.form,
                  outcome.verdict, outcome.is_masked, {}};
  if (outcome.verdict == Verdict::kFound) {
    std::copy_n(candidate.symbols, secret::kSymbolCount,
                finding.symbols.begin());
  }
  findings_->add(finding);
  explicit_bzero(finding.symbols.data(), finding.symbols.size());
}

}  // namespace cflt::stream
