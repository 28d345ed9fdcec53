#include "core/forms/symbol_run.h"

#include <string.h>

#include <algorithm>

#include "core/secret/alphabet.h"

namespace cflt::forms {

void SymbolRun::start(std::uint64_t position, Grammar::State first) {
  wipe();
  position_ = position;
  state_ = first;
  color_ahead_ = false;
  ended_by_star_ = false;
}

void SymbolRun::read(Bytes window, std::uint64_t window_position,
                     std::uint64_t until, std::uint32_t oldest) {
  if (size_ >= kCapacity / 2) forget_before(oldest);
  const char* at = window.data() + (position_ - window_position);
  const char* const to = window.data() + (until - window_position);
  while (at != to && size_ < kCapacity && !ended()) {
    if (state_ == Grammar::kBetween) at = read_plain(at, to);
    if (state_ == Grammar::kUtf16Nul) at = read_utf16(at, to);
    if (at != to && size_ < kCapacity) read_byte(*at++);
  }
}

/// Plain symbols are nearly all there are: found first, then taken in one go.
const char* SymbolRun::read_plain(const char* at, const char* to) {
  const auto room = static_cast<std::ptrdiff_t>(kCapacity - size_);
  const char* const stop = at + std::min(to - at, room);
  const char* last = at;
  std::uint8_t* value = &values_[kBefore + size_];
  while (last != stop &&
         (*value = secret::value_of(*last)) != secret::kNoSymbol) {
    ++last;
    ++value;
  }
  const auto count = static_cast<std::uint32_t>(last - at);
  if (count == 0) return at;

  std::copy(at, last, symbols_.data() + size_);
  std::fill_n(how_.data() + size_, count, How());
  for (std::uint32_t i = 0; i < count; ++i) {
    ends_[size_ + i] = low(position_) + i + 1;
  }
  if (color_ahead_) how_[size_] = How::written(Form::kColor);
  color_ahead_ = false;
  size_ += count;
  position_ += count;
  return last;
}

/// The same for UTF-16: pairs of NUL and symbol.
const char* SymbolRun::read_utf16(const char* at, const char* to) {
  while (to - at >= 2 && size_ < kCapacity && at[0] == '\0' &&
         secret::value_of(at[1]) != secret::kNoSymbol) {
    position_ += 2;
    append(at[1], How());
    at += 2;
  }
  return at;
}

void SymbolRun::read_byte(char byte) {
  const Grammar::Step step = grammar_->step(state_, byte);
  ++position_;
  if (step.symbol != 0) {
    append(step.symbol, step.how);
  } else if (step.color) {
    color_ahead_ = true;
  } else if (step.next == Grammar::kEnded) {
    ended_by_star_ = byte == '*' && (state_ == Grammar::kBetween ||
                                     state_ == Grammar::kUtf16Symbol);
  }
  state_ = step.next;
}

void SymbolRun::append(char symbol, How how) {
  symbols_[size_] = symbol;
  values_[kBefore + size_] = secret::value_of(symbol);
  how_[size_] = color_ahead_ ? how | How::written(Form::kColor) : how;
  ends_[size_] = low(position_);
  color_ahead_ = false;
  ++size_;
}

void SymbolRun::forget_before(std::uint32_t oldest) {
  const std::uint32_t from = oldest - base_;
  CFLT_CHECK(size_ - from < kCapacity / 2);
  std::copy(symbols_.data() + from, symbols_.data() + size_, symbols_.data());
  std::copy_n(&values_[kBefore + from], size_ - from, &values_[kBefore]);
  std::copy(how_.data() + from, how_.data() + size_, how_.data());
  std::copy(ends_.data() + from, ends_.data() + size_, ends_.data());
  base_ = oldest;
  size_ -= from;
}

std::uint32_t SymbolRun::find(How ways, std::uint32_t from,
                              std::uint32_t to) const {
  if (!how(from, to).has_any(ways)) return to;
  while (!how(from).has_any(ways)) ++from;
  return from;
}

std::uint32_t SymbolRun::index_of(std::uint64_t position,
                                  std::uint32_t at_least) const {
  std::uint32_t index = std::max(at_least, base_ + 1);
  while (index <= count() && end(index - 1) < position) ++index;
  CFLT_CHECK(index <= count() && end(index - 1) == position);
  return index;
}

bool SymbolRun::is_ended_for(How ways) const {
  if (color_ahead_) return !ways.has_any(How::written(Form::kColor));
  const How ahead = grammar_->ways_ahead(state_);
  return !ahead.plain() && !ahead.has_any(ways);
}

void SymbolRun::wipe() {
  const std::size_t used = base_ > 0 ? symbols_.size() : size_;
  explicit_bzero(symbols_.data(), used);
  explicit_bzero(&values_[kBefore], used);
  base_ = 0;
  size_ = 0;
}

}  // namespace cflt::forms
