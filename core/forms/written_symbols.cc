#include "core/forms/written_symbols.h"

namespace cflt::forms {

WrittenSymbols::WrittenSymbols(Bytes span, std::uint32_t unit_bytes) {
  const auto size = static_cast<std::uint32_t>(span.size());
  for (std::uint32_t end = unit_bytes; end <= size; end += unit_bytes) {
    take(span[end - 1], end - unit_bytes, end);
  }
}

void WrittenSymbols::take(char unit, std::uint32_t begin, std::uint32_t end) {
  if (state_ <= Grammar::kIndented) begin_ = begin;
  const Grammar::Step step = Grammar::instance().step(state_, unit);
  state_ = step.next;
  switch (step.event) {
    case Grammar::Event::kSymbol:
      count_ += spaces_;
      spaces_ = 0;
      store(count_++, end);
      break;
    case Grammar::Event::kSpace:
      store(count_ + spaces_++, end);
      break;
    case Grammar::Event::kLineEnd:
      spaces_ = 0;
      is_broken_ = true;
      break;
    case Grammar::Event::kColor:
      if (is_broken_) state_ = Grammar::kIndented;
      break;
    case Grammar::Event::kNothing:
    case Grammar::Event::kTab:
      break;
  }
}

void WrittenSymbols::store(std::uint32_t index, std::uint32_t end) {
  is_broken_ = false;
  if (index < kCapacity) written_.data()[index] = {begin_, end};
}

}  // namespace cflt::forms
