#include "core/records/wire.h"

#include <algorithm>
#include <cstring>

namespace cflt::records {
namespace {

constexpr std::string_view kEscapedNewline = "#012";
constexpr std::string_view kEscapedNul = "#000";
constexpr Bytes kNewline("\n", 1);
constexpr Bytes kNul("\0", 1);

}  // namespace

CountText::CountText(std::uint64_t count) : begin_(digits_.size()) {
  digits_[--begin_] = ' ';
  do {
    digits_[--begin_] = static_cast<char>('0' + count % 10);
    count /= 10;
  } while (count > 0);
}

void Pieces::clear() {
  size_ = bytes_ = skipped_ = texts_size_ = 0;
  is_full_ = false;
}

void Pieces::add(Bytes bytes) {
  const std::size_t left_out = std::min(skipped_, bytes.size());
  skipped_ -= left_out;
  bytes = bytes.slice(left_out, bytes.size());
  if (bytes.empty() || is_full_) return;
  if (size_ > 0) {
    const Bytes last = pieces_[size_ - 1].bytes();
    if (last.data() + last.size() == bytes.data()) {
      pieces_[size_ - 1] = Outgoing({last.data(), last.size() + bytes.size()});
      bytes_ += bytes.size();
      return;
    }
  }
  is_full_ = size_ == kCapacity;
  if (is_full_) return;
  pieces_[size_++] = Outgoing(bytes);
  bytes_ += bytes.size();
}

void Pieces::add_copy(std::string_view text) {
  is_full_ = is_full_ || texts_.size() - texts_size_ < text.size();
  if (is_full_) return;
  char* copy = texts_.data() + texts_size_;
  std::memcpy(copy, text.data(), text.size());
  texts_size_ += text.size();
  add({copy, text.size()});
}

std::optional<Batch> Wire::escaped(const Batch& batch) const {
  if (options_.embedded_newline != EmbeddedNewline::kEscape) return {};
  switch (options_.framing) {
    case WireFraming::kNewline:
      if (!batch.origin().may_hold_newline) return {};
      return batch.escaped('\n', kEscapedNewline);
    case WireFraming::kNul:
      if (!batch.origin().may_hold_nul) return {};
      return batch.escaped('\0', kEscapedNul);
    default:
      return {};
  }
}

std::size_t Wire::size(const Record& record, std::string_view header) const {
  std::size_t size = header.size() + record.size;
  if (options_.framing == WireFraming::kOctetCounting) {
    size += CountText(size).text().size();
  }
  return size + (is_terminated() ? 1 : 0);
}

std::size_t Wire::frame_at(const Record& record) const {
  if (options_.framing != WireFraming::kOctetCounting) return record.at;
  return record.at - CountText(record.size).text().size();
}

/// Returns where the piece begins that is to be added next: at the count, where
/// that stands in front of the record; else it is added, and the record is.
std::size_t Wire::add_count(Bytes block, const Record& record,
                            Pieces& pieces) const {
  const CountText count(record.size);
  const std::size_t size = count.text().size();
  if (record.at >= size && std::memcmp(block.data() + record.at - size,
                                       count.text().data(), size) == 0) {
    return record.at - size;
  }
  pieces.add_copy(count.text());
  return record.at;
}

void Wire::add_run(const Batch& batch, std::size_t first, std::size_t end,
                   Pieces& pieces) const {
  const Record& front = batch.records()[first];
  const std::size_t begin = options_.framing == WireFraming::kOctetCounting
                                ? add_count(batch.block(), front, pieces)
                                : front.at;
  pieces.add(batch.block().slice(begin, frame_end(batch.records()[end - 1])));
}

void Wire::add(const Batch& batch, const Record& record,
               std::string_view header, Pieces& pieces) const {
  const Bytes block = batch.block();
  std::size_t begin = record.at;
  const std::size_t end = begin + record.size;
  if (options_.framing == WireFraming::kOctetCounting) {
    if (header.empty()) {
      begin = add_count(block, record, pieces);
    } else {
      pieces.add_copy(CountText(header.size() + record.size).text());
    }
  }
  if (!header.empty()) pieces.add({header.data(), header.size()});
  const bool is_beside =
      is_terminated() && end < block.size() && block[end] == terminator();
  pieces.add(block.slice(begin, end + (is_beside ? 1 : 0)));
  if (is_terminated() && !is_beside) {
    pieces.add(options_.framing == WireFraming::kNul ? kNul : kNewline);
  }
}

}  // namespace cflt::records
