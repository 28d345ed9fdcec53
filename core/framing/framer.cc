#include "core/framing/framer.h"

#include <algorithm>
#include <cstring>
#include <string_view>

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

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_line_end(char c) { return c == '\n' || c == '\0'; }

bool starts_with(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

/// LF, NUL and byte order marks at the front.
std::size_t separators_size(Bytes bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Bytes rest = bytes.slice(at, bytes.size());
    if (is_line_end(rest[0])) {
      ++at;
    } else if (starts_with(rest, kByteOrderMark)) {
      at += kByteOrderMark.size();
    } else {
      break;
    }
  }
  return at;
}

/// More bytes may make it a byte order mark.
bool may_become_mark(Bytes bytes) {
  return bytes.size() < kByteOrderMark.size() &&
         starts_with(bytes, kByteOrderMark.substr(0, bytes.size()));
}

enum class Answer { kYes, kNo, kNotYet };

/// Whether a syslog message begins: `<`, or a byte order mark and `<`.
Answer begins_message(Bytes bytes) {
  if (starts_with(bytes, kByteOrderMark)) {
    bytes = bytes.slice(kByteOrderMark.size(), bytes.size());
  }
  if (bytes.empty() || may_become_mark(bytes)) return Answer::kNotYet;
  return bytes[0] == '<' ? Answer::kYes : Answer::kNo;
}

}  // namespace

Frame Framer::next(Bytes bytes) {
  if (opening_ == Opening::kUndecided) {
    opening_ = read_opening(bytes);
    if (opening_ == Opening::kUndecided) return {Frame::Kind::kPartial};
  }
  if (is_foreign(opening_)) return {Frame::Kind::kForeign};
  return next_of_connection(bytes);
}

Frame Framer::next_of_connection(Bytes bytes) {
  switch (framing_) {
    case Framing::kAuto:
      if (const std::size_t size = separators_size(bytes); size > 0) {
        return {Frame::Kind::kSkipped, 0, 0, size, size};
      }
      if (!decide(bytes)) return {Frame::Kind::kPartial};
      return next_of_connection(bytes);
    case Framing::kOctetCounting:
      return next_counted(bytes);
    case Framing::kNewline:
    case Framing::kNul:
    case Framing::kSyslogNewline:
      break;
  }
  return next_line(bytes);
}

/// Octet counting where the first bytes are a count and a message. False where
/// that cannot be said yet.
bool Framer::decide(Bytes bytes) {
  if (may_become_mark(bytes)) return false;
  const Count count = read_count(bytes);
  if (count.state == Count::State::kIncomplete) return false;
  Answer answer = Answer::kNo;
  if (count.state == Count::State::kComplete) {
    answer = begins_message(bytes.slice(count.payload_at, bytes.size()));
  }
  if (answer == Answer::kNotYet) return false;
  framing_ = answer == Answer::kYes ? Framing::kOctetCounting
                                    : Framing::kSyslogNewline;
  return true;
}

void Framer::settle() {
  if (opening_ == Opening::kUndecided) opening_ = Opening::kRecords;
  if (framing_ == Framing::kAuto) framing_ = Framing::kSyslogNewline;
}

std::size_t Framer::find_end(Bytes bytes, std::size_t from) const {
  switch (framing_) {
    case Framing::kNewline:
      return find(bytes, from, '\n');
    case Framing::kNul:
      return find(bytes, from, '\0');
    default:
      return find_line_end(bytes, from);
  }
}

Frame Framer::next_line(Bytes bytes) {
  const bool has_rest_of_end = after_nul_ && bytes[0] == '\n';
  after_nul_ = false;
  if (has_rest_of_end) return {Frame::Kind::kSkipped, 0, 0, 1};
  const std::size_t at = find_end(bytes, searched_);
  if (at < bytes.size()) return complete_line(bytes, at);
  searched_ = at;
  return {Frame::Kind::kPartial};
}

/// A line whose end stands at `at`.
Frame Framer::complete_line(Bytes bytes, std::size_t at) {
  searched_ = 0;
  std::size_t end = at + 1;
  if (framing_ == Framing::kSyslogNewline && bytes[at] == '\0') {
    after_nul_ = end == bytes.size();
    if (!after_nul_ && bytes[end] == '\n') ++end;
  }
  return {Frame::Kind::kComplete, 0, at, end};
}

Frame Framer::next_counted(Bytes bytes) {
  if (const std::size_t size = separators_size(bytes); size > 0) {
    return {Frame::Kind::kSkipped, 0, 0, size, size};
  }
  is_counted_ = bytes[0] != '<';
  if (!is_counted_) return next_line(bytes);
  if (may_become_mark(bytes)) return {Frame::Kind::kPartial};
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

Lines Framer::split(Bytes bytes, std::size_t from, std::size_t max_length,
                    std::vector<Range>& lines) {
  if (framing_ == Framing::kSyslogNewline) {
    const Lines found = split_syslog_lines(bytes, from, max_length, lines);
    if (found.rest > from) {
      after_nul_ = found.rest == bytes.size() && bytes[found.rest - 1] == '\0';
    }
    return found;
  }
  const char terminator = framing_ == Framing::kNul ? '\0' : '\n';
  return split_lines(bytes, from, terminator, is_syslog_, max_length, lines);
}

Stretch Framer::take(Bytes bytes) {
  if (!is_counted_) {
    searched_ = 0;
    const std::size_t at = find_end(bytes, 0);
    if (at == bytes.size()) return {at, at, false};
    return {at, complete_line(bytes, at).end, true};
  }
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(bytes.size(), remaining_));
  remaining_ -= size;
  if (remaining_ > 0) return {size, size, false};
  return {without_terminator(bytes.slice(0, size)).size(), size, true};
}

bool Framer::has_partial(Bytes bytes, std::size_t* payload_at) const {
  *payload_at = 0;
  if (bytes.empty()) return false;
  if (framing_ != Framing::kOctetCounting || bytes[0] == '<') return true;
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
