#include "core/forms/symbol_run.h"

#include <string.h>

#include <algorithm>
#include <numeric>

#include "core/secret/alphabet.h"

namespace cflt::forms {

SymbolRun::SymbolRun(Coding coding, std::uint32_t capacity)
    : coding_(coding),
      capacity_(capacity),
      symbols_(room() + 16),
      values_(kBefore + room() + 16),
      how_(room() + 8),
      ends_(room()) {}

void SymbolRun::start(std::uint64_t position, Base base) {
  wipe();
  position_ = position;
  state_ = Grammar::kBetween;
  half_ = false;
  color_ahead_ = false;
  break_ahead_ = false;
  ended_by_star_ = false;
  spaces_ahead_ = 0;
  numbers_.start(base);
}

void SymbolRun::read(Bytes window, std::uint64_t window_position,
                     std::uint64_t until, std::uint32_t oldest) {
  if (size_ >= capacity_ / 2) forget_before(oldest);
  const char* at = window.data() + (position_ - window_position);
  const char* const to = window.data() + (until - window_position);
  while (at != to && size_ < capacity_ && !ended()) {
    switch (coding_) {
      case Coding::kBytes:
        at = read_plain(at, to);
        if (at != to && size_ < capacity_) read_byte(*at++);
        break;
      case Coding::kUtf16:
        at = read_plain_utf16(at, to);
        if (at != to && size_ < capacity_) read_half(*at++);
        break;
      case Coding::kNumbers:
        read_digit(*at++);
        break;
    }
  }
}

void SymbolRun::finish() {
  if (coding_ != Coding::kNumbers || ended()) return;
  if (numbers_.finish()) {
    take(static_cast<char>(numbers_.value()), position_);
  }
}

/// Plain symbols are nearly all there are: found first, then taken in one go.
const char* SymbolRun::read_plain(const char* at, const char* to) {
  if (state_ > Grammar::kIndented || spaces_ahead_ > 0) return at;
  const auto room = static_cast<std::ptrdiff_t>(capacity_ - size_);
  const char* const stop = at + std::min(to - at, room);
  const char* last = at;
  std::uint8_t* value = values_.data() + kBefore + size_;
  while (last != stop &&
         (*value = secret::value_of(*last)) != secret::kNoSymbol) {
    ++last;
    ++value;
  }
  const auto count = static_cast<std::uint32_t>(last - at);
  if (count == 0) return at;

  std::copy(at, last, symbols_.data() + size_);
  std::fill_n(how_.data() + size_, count, How());
  std::iota(ends_.data() + size_, ends_.data() + size_ + count,
            low(position_) + 1);
  mark(size_, How());
  state_ = Grammar::kBetween;
  size_ += count;
  position_ += count;
  return last;
}

/// The same for UTF-16: pairs of NUL and symbol.
const char* SymbolRun::read_plain_utf16(const char* at, const char* to) {
  if (state_ > Grammar::kIndented || spaces_ahead_ > 0 || half_) return at;
  while (to - at >= 2 && size_ < capacity_ && at[0] == '\0' &&
         secret::value_of(at[1]) != secret::kNoSymbol) {
    position_ += 2;
    append(at[1], How(), position_);
    at += 2;
    state_ = Grammar::kBetween;
  }
  return at;
}

void SymbolRun::read_byte(char byte) {
  ++position_;
  take(byte, position_);
}

void SymbolRun::read_half(char byte) {
  ++position_;
  if (half_) {
    take(byte, position_);
  } else if (byte != '\0') {
    state_ = Grammar::kEnded;
  }
  half_ = !half_;
}

void SymbolRun::read_digit(char byte) {
  const std::uint64_t end = position_++;
  if (numbers_.step(byte)) take(static_cast<char>(numbers_.value()), end);
  if (numbers_.ended()) state_ = Grammar::kEnded;
}

/// Takes one unit, which ends at a stream position.
void SymbolRun::take(char unit, std::uint64_t end) {
  const Grammar::State before = state_;
  const Grammar::Step step = Grammar::instance().step(state_, unit);
  state_ = step.next;
  switch (step.event) {
    case Grammar::Event::kNothing:
      if (ended()) end_at(unit, before);
      break;
    case Grammar::Event::kSymbol:
      settle_spaces();
      if (!ended()) append(step.symbol, step.how, end);
      break;
    case Grammar::Event::kSpace:
      add_space(step, end);
      break;
    case Grammar::Event::kColor:
      color_ahead_ = true;
      if (break_ahead_) state_ = Grammar::kIndented;
      break;
    case Grammar::Event::kLineEnd:
      drop_spaces();
      break_ahead_ = true;
      break;
    case Grammar::Event::kTab:
      if (!break_ahead_) state_ = Grammar::kEnded;
      break;
  }
}

void SymbolRun::end_at(char unit, Grammar::State state) {
  ended_by_star_ = unit == '*' && state <= Grammar::kIndented;
}

void SymbolRun::add_space(const Grammar::Step& step, std::uint64_t end) {
  if (spaces_ahead_ == kMostSpaces) return;
  store(size_ + spaces_ahead_, step.symbol, step.how, end);
  ++spaces_ahead_;
}

/// They were symbols; too many of them end the run in front of what follows.
void SymbolRun::settle_spaces() {
  size_ += spaces_ahead_;
  if (spaces_ahead_ == kMostSpaces) state_ = Grammar::kEnded;
  spaces_ahead_ = 0;
}

/// They were padding.
void SymbolRun::drop_spaces() {
  for (std::uint32_t i = 0; i < spaces_ahead_; ++i) {
    color_ahead_ |= how_[size_ + i].has_any(How::colored());
  }
  spaces_ahead_ = 0;
}

void SymbolRun::append(char symbol, How how, std::uint64_t end) {
  store(size_, symbol, how, end);
  ++size_;
}

void SymbolRun::store(std::uint32_t at, char symbol, How how,
                      std::uint64_t end) {
  symbols_.data()[at] = symbol;
  values_.data()[kBefore + at] = secret::value_of(symbol);
  ends_.data()[at] = low(end);
  mark(at, how);
}

/// Stores how the symbol is written, with what stands in front of it.
void SymbolRun::mark(std::uint32_t at, How how) {
  if (color_ahead_) how = how | How::colored();
  if (break_ahead_) how = how | How::wrapped();
  how_.data()[at] = how;
  if (!how.plain()) plain_from_ = base_index_ + at + 1;
  color_ahead_ = false;
  break_ahead_ = false;
}

void SymbolRun::forget_before(std::uint32_t oldest) {
  const std::uint32_t from = oldest - base_index_;
  const std::uint32_t stored = size_ + spaces_ahead_;
  std::copy(symbols_.data() + from, symbols_.data() + stored, symbols_.data());
  std::copy_n(values_.data() + kBefore + from, stored - from,
              values_.data() + kBefore);
  std::copy(how_.data() + from, how_.data() + stored, how_.data());
  std::copy(ends_.data() + from, ends_.data() + stored, ends_.data());
  base_index_ = oldest;
  size_ -= from;
}

std::uint32_t SymbolRun::find(How ways, std::uint32_t from,
                              std::uint32_t to) const {
  if (!how(from, to).has_any(ways)) return to;
  while (!how(from).has_any(ways)) ++from;
  return from;
}

std::uint32_t SymbolRun::index_behind(std::uint64_t position,
                                      std::uint32_t at_least) const {
  const std::uint32_t* const ends = ends_.data();
  std::uint32_t at = std::max(at_least, base_index_) - base_index_;
  // Positions are near each other: the halves' difference is theirs.
  while (at < size_ &&
         static_cast<std::int32_t>(ends[at] - low(position)) <= 0) {
    ++at;
  }
  return base_index_ + at;
}

bool SymbolRun::is_ended_for(How ways) const {
  if (color_ahead_ && !ways.has_any(How::colored())) return true;
  if (break_ahead_ && !ways.has_any(How::wrapped())) return true;
  if (spaces_ahead_ > 0 && !ways.has_any(How::space() | How::wrapped()))
    return true;
  return !ended() && !Grammar::instance().leads_to(ways, state_);
}

bool SymbolRun::is_break_ahead() const {
  if (break_ahead_) return true;
  if (spaces_ahead_ > 0 && how_[size_].has_any(How::wrapped())) return true;
  const How ahead = Grammar::instance().ways_ahead(state_);
  return !ahead.plain() && !ahead.has_other_than(How::wrapped());
}

void SymbolRun::wipe() {
  const std::size_t used = base_index_ > 0 ? room() : size_ + spaces_ahead_;
  explicit_bzero(symbols_.data(), used);
  explicit_bzero(values_.data() + kBefore, used);
  base_index_ = 0;
  size_ = 0;
  plain_from_ = 0;
  spaces_ahead_ = 0;
  position_ = 0;
  state_ = Grammar::kEnded;
}

}  // namespace cflt::forms
