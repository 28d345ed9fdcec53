#include "core/canary/audit.h"

#include <algorithm>

namespace cflt::canary {
namespace {

/// What one step may look at.
constexpr std::size_t kLookahead = kMaxPrefixBytes;
static_assert(kLookahead >= Reader::kMaxLookahead);

/// A mask stands right behind its prefix. This is as far as its last character
/// can be: base64 of two other bytes and the mask, with some to spare.
constexpr std::uint64_t kMaxMaskCharacters = 24;

std::vector<std::string> secrets_of(const Run& run) {
  std::vector<std::string> secrets;
  secrets.reserve(run.line_count);
  for (std::uint32_t number = 1; number <= run.line_count; ++number) {
    secrets.push_back(secret_of(run, number));
  }
  return secrets;
}

}  // namespace

Audit::Audit(std::string id, std::uint64_t seed,
             std::optional<std::uint32_t> line_count)
    : id_(std::move(id)),
      check_(check_of(id_, seed)),
      // A secret may come before the first prefix has said how many there are.
      traces_(secrets_of({id_, seed, line_count.value_or(kMaxRunLines), {}})),
      reader_(traces_),
      line_count_(line_count),
      lines_(line_count.value_or(kMaxRunLines)) {}

void Audit::feed(std::string_view chunk) {
  buffer_ += chunk;
  if (buffer_.size() > kLookahead) read(buffer_.size() - kLookahead);
}

void Audit::finish() {
  read(buffer_.size());
  Seen seen;
  reader_.finish(seen);
  note(seen, position_);
}

void Audit::read(std::size_t limit) {
  const std::string_view text = buffer_;
  std::size_t at = 0;
  while (at < limit) at += step(text.substr(at), position_ + at);
  buffer_.erase(0, at);
  position_ += at;
}

std::size_t Audit::step(std::string_view text, std::uint64_t position) {
  if (text[0] == 'c') {
    if (const auto prefix = read_prefix(text, id_)) {
      open(*prefix, position);
      return prefix->size;
    }
  }
  Seen seen;
  const std::size_t size = reader_.step(text, seen);
  note(seen, position);
  return size;
}

void Audit::note(const Seen& seen, std::uint64_t position) {
  if (seen.secret && !lines_[*seen.secret].raw_at) {
    lines_[*seen.secret].raw_at = position;
  }
  if (open_ == nullptr) return;
  if (seen.mask) ++open_->masked_copies;
  const std::uint64_t count = reader_.character_count();
  if (seen.mask || count == 0 || count > kMaxMaskCharacters) open_ = nullptr;
}

void Audit::open(const Prefix& prefix, std::uint64_t position) {
  reader_.stop();
  open_ = nullptr;
  if (prefix.check != check_) {
    ++other_seed_count_;
    return;
  }
  if (!line_count_) line_count_ = prefix.line_count;
  if (prefix.line_count != *line_count_) {
    other_ = prefix.line_count;
    return;
  }
  open_ = &lines_[prefix.number - 1];
  open_->form = prefix.form;
  ++open_->copies;
  if (!open_->at) open_->at = position;
}

std::size_t Audit::raw_count() const {
  return static_cast<std::size_t>(
      std::count_if(lines_.begin(), lines_.end(),
                    [](const Line& line) { return line.raw_at.has_value(); }));
}

/// The form of all lines, where they do not have each in turn.
std::optional<forms::Form> Audit::only_form() const {
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    const auto& form = lines_[i].form;
    if (form && *form != form_in_turn(i + 1)) return form;
  }
  return std::nullopt;
}

std::vector<LineVerdict> Audit::verdicts() const {
  std::vector<LineVerdict> verdicts;
  const auto only = only_form();
  for (std::uint32_t i = 0; i < line_count_.value_or(0); ++i) {
    const Line& line = lines_[i];
    const auto form = line.form.value_or(only.value_or(form_in_turn(i + 1)));
    LineVerdict verdict{i + 1, form, Verdict::kMissing, 0};
    if (line.raw_at) {
      verdict.verdict = Verdict::kRaw;
      verdict.offset = *line.raw_at;
    } else if (line.at) {
      const bool masked = line.masked_copies == line.copies;
      verdict.verdict = masked ? Verdict::kMasked : Verdict::kDamaged;
      verdict.offset = *line.at;
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace cflt::canary
