#include "core/forms/symbol_run.h"

#include <string.h>

#include <algorithm>

namespace cflt::forms {

void SymbolRun::start(std::uint64_t position, Grammar::State first) {
  wipe();
  position_ = position;
  state_ = first;
  color_ahead_ = false;
  ended_by_star_ = false;
}

void SymbolRun::read(Bytes window, std::uint64_t window_position,
                     std::uint64_t until, std::uint32_t oldest,
                     std::uint32_t enough) {
  if (enough - base_ > kCapacity) forget_before(oldest);
  while (position_ < until && count_ < enough && !ended()) {
    const char byte = window[position_ - window_position];
    const bool in_front = state_ == Grammar::kBetween;
    const Grammar::Step step = grammar_->step(state_, byte);
    ++position_;
    if (step.symbol != 0) {
      append(step);
    } else if (step.color) {
      color_ahead_ = true;
    } else if (step.next == Grammar::kEnded) {
      ended_by_star_ =
          byte == '*' && (in_front || state_ == Grammar::kUtf16Symbol);
    }
    state_ = step.next;
  }
}

void SymbolRun::append(Grammar::Step step) {
  const std::uint32_t slot = count_ - base_;
  symbols_[slot] = step.symbol;
  how_[slot] = color_ahead_ ? step.how | How::written(Form::kColor) : step.how;
  ends_[slot] = position_;
  color_ahead_ = false;
  ++count_;
}

void SymbolRun::forget_before(std::uint32_t oldest) {
  const std::uint32_t from = oldest - base_;
  const std::uint32_t to = count_ - base_;
  std::copy(&symbols_[from], &symbols_[0] + to, &symbols_[0]);
  std::copy(&how_[from], &how_[0] + to, &how_[0]);
  std::copy(&ends_[from], &ends_[0] + to, &ends_[0]);
  base_ = oldest;
}

How SymbolRun::how(std::uint32_t from, std::uint32_t to) const {
  How all;
  for (std::uint32_t i = from; i < to; ++i) all = all | how(i);
  return all;
}

std::uint32_t SymbolRun::find(How ways, std::uint32_t from,
                              std::uint32_t to) const {
  while (from < to && !how(from).has_any(ways)) ++from;
  return from;
}

void SymbolRun::wipe() {
  explicit_bzero(symbols_.data(),
                 std::min<std::size_t>(count_, symbols_.size()));
  count_ = 0;
  base_ = 0;
}

}  // namespace cflt::forms
