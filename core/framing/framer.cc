#include "core/framing/framer.h"

#include <algorithm>
#include <cstring>

#include "core/framing/counts.h"

namespace cflt::framing {
namespace {

/// The first `terminator` in bytes[from..), or their size.
std::size_t find(Bytes bytes, std::size_t from, char terminator) {
  if (from >= bytes.size()) return bytes.size();
  const void* found =
      std::memchr(bytes.data() + from, terminator, bytes.size() - from);
  if (found == nullptr) return bytes.size();
  return static_cast<std::size_t>(static_cast<const char*>(found) -
                                  bytes.data());
}

}  // namespace

Frame Framer::next(Bytes bytes) {
  if (framing_ == Framing::kAuto && !decide(bytes)) {
    return {Frame::Kind::kPartial};
  }
  return framing_ == Framing::kOctetCounting ? next_counted(bytes)
                                             : next_terminated(bytes);
}

/// Octet counting where the first bytes are a count and `<`. False where that
/// cannot be said yet.
bool Framer::decide(Bytes bytes) {
  const Count count = read_count(bytes);
  if (count.state == Count::State::kIncomplete) return false;
  if (count.state == Count::State::kComplete) {
    if (count.payload_at == bytes.size()) return false;
    if (bytes[count.payload_at] == '<') {
      framing_ = Framing::kOctetCounting;
      return true;
    }
  }
  framing_ = Framing::kNewline;
  return true;
}

Frame Framer::next_terminated(Bytes bytes) {
  const std::size_t at = find(bytes, searched_, terminator());
  if (at == bytes.size()) {
    searched_ = at;
    return {Frame::Kind::kPartial};
  }
  searched_ = 0;
  return {Frame::Kind::kComplete, 0, at, at + 1};
}

Frame Framer::next_counted(Bytes bytes) {
  const Count count = read_count(bytes);
  if (count.state == Count::State::kBad) return {Frame::Kind::kBadCount};
  if (count.state == Count::State::kIncomplete) return {Frame::Kind::kPartial};
  if (bytes.size() - count.payload_at < count.value) {
    remaining_ = count.value;
    return {Frame::Kind::kPartial, count.payload_at};
  }
  const std::size_t end = count.payload_at + count.value;
  const Bytes payload = without_terminator(bytes.slice(count.payload_at, end));
  return {Frame::Kind::kComplete, count.payload_at,
          count.payload_at + payload.size(), end};
}

Stretch Framer::take(Bytes bytes) {
  searched_ = 0;
  if (framing_ != Framing::kOctetCounting) {
    const std::size_t at = find(bytes, 0, terminator());
    const bool found = at < bytes.size();
    return {at, found ? at + 1 : at, found};
  }
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(bytes.size(), remaining_));
  remaining_ -= size;
  if (remaining_ > 0) return {size, size, false};
  return {without_terminator(bytes.slice(0, size)).size(), size, true};
}

bool Framer::has_partial(Bytes bytes, std::size_t* payload_at) {
  *payload_at = 0;
  if (framing_ != Framing::kOctetCounting) return !bytes.empty();
  const Count count = read_count(bytes);
  *payload_at = count.payload_at;
  return count.state == Count::State::kComplete &&
         count.payload_at < bytes.size();
}

Bytes without_terminator(Bytes payload) {
  return payload.slice(
      0, payload.size() - (ends_with_terminator(payload) ? 1 : 0));
}

}  // namespace cflt::framing
