#include "records.h"

#include <algorithm>

namespace cflt::reference {
namespace {

using namespace std::string_literals;

// Section 1: bytes to records.

struct Payloads {
  std::vector<std::string> all;
  bool is_last_partial = false;
  bool is_bad_count = false;
  size_t skipped = 0;
  size_t lost = 0;
};

bool stands_at(const std::string& bytes, size_t at, const std::string& text) {
  return bytes.compare(at, text.size(), text) == 0;
}

Payloads payloads_up_to(char terminator, const std::string& bytes) {
  Payloads payloads;
  std::string payload;
  for (char byte : bytes) {
    if (byte == terminator) {
      payloads.all.push_back(payload);
      payload.clear();
    } else {
      payload += byte;
    }
  }
  payloads.is_last_partial = !payload.empty();
  if (payloads.is_last_partial) payloads.all.push_back(payload);
  return payloads;
}

bool is_end(char byte) { return byte == '\n' || byte == '\0'; }

// The bytes up to LF or NUL. Returns where that stands, or the end.
size_t take_line(const std::string& bytes, size_t begin, Payloads& payloads) {
  size_t end = begin;
  while (end < bytes.size() && !is_end(bytes[end])) ++end;
  payloads.all.push_back(bytes.substr(begin, end - begin));
  payloads.is_last_partial = end == bytes.size();
  return end;
}

Payloads syslog_lines(const std::string& bytes) {
  Payloads payloads;
  size_t at = 0;
  while (at < bytes.size()) {
    at = take_line(bytes, at, payloads);
    at += stands_at(bytes, at, "\0\n"s) ? 2 : 1;
  }
  return payloads;
}

std::string without_terminator(std::string payload) {
  if (!payload.empty() && is_end(payload.back())) payload.pop_back();
  return payload;
}

constexpr size_t kMostDigits = 9;

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

struct Count {
  enum State { kComplete, kUnfinished, kBad } state;
  size_t payload_begin = 0;  // these two only where it is complete
  size_t payload_bytes = 0;
};

// `[1-9][0-9]{0,8} `; unfinished where the bytes end in it, or before it.
Count read_count(const std::string& bytes, size_t begin) {
  size_t end = begin;
  while (end < bytes.size() && is_digit(bytes[end])) ++end;
  const std::string digits = bytes.substr(begin, end - begin);
  if (digits.size() > kMostDigits) return {Count::kBad};
  if (!digits.empty() && digits.front() == '0') return {Count::kBad};
  if (end == bytes.size()) return {Count::kUnfinished};
  if (digits.empty() || bytes[end] != ' ') return {Count::kBad};
  return {Count::kComplete, end + 1, std::stoul(digits)};
}

const std::string kByteOrderMark = "\xEF\xBB\xBF";

// Behind all LF, NUL and byte order marks at `at`.
size_t skip_separators(const std::string& bytes, size_t at) {
  while (at < bytes.size()) {
    if (is_end(bytes[at])) {
      ++at;
    } else if (stands_at(bytes, at, kByteOrderMark)) {
      at += kByteOrderMark.size();
    } else {
      break;
    }
  }
  return at;
}

// Takes the counted frame at `at`. Returns where the next one begins, or the
// end where none can.
size_t take_counted(const std::string& bytes, size_t at, Payloads& payloads) {
  const Count count = read_count(bytes, at);
  if (count.state != Count::kComplete) {
    const bool is_mark_cut =
        kByteOrderMark.compare(0, bytes.size() - at, bytes, at) == 0;
    payloads.is_bad_count = count.state == Count::kBad && !is_mark_cut;
    payloads.lost = bytes.size() - at;
    return bytes.size();
  }
  const std::string payload =
      bytes.substr(count.payload_begin, count.payload_bytes);
  if (payload.size() == count.payload_bytes) {
    payloads.all.push_back(without_terminator(payload));
    return count.payload_begin + count.payload_bytes;
  }
  payloads.is_last_partial = !payload.empty();
  if (payload.empty()) payloads.lost = bytes.size() - at;
  if (payloads.is_last_partial) payloads.all.push_back(payload);
  return bytes.size();
}

Payloads counted_payloads(const std::string& bytes) {
  Payloads payloads;
  size_t at = 0;
  while (true) {
    const size_t begin = skip_separators(bytes, at);
    payloads.skipped += begin - at;
    if (begin == bytes.size()) return payloads;
    at = bytes[begin] == '<' ? take_line(bytes, begin, payloads) + 1
                             : take_counted(bytes, begin, payloads);
    at = std::min(at, bytes.size());
  }
}

bool is_counted(const std::string& bytes) {
  const Count count = read_count(bytes, 0);
  if (count.state != Count::kComplete) return false;
  return stands_at(bytes, count.payload_begin, "<") ||
         stands_at(bytes, count.payload_begin, kByteOrderMark + "<");
}

// The first bytes decide for the connection.
Payloads auto_payloads(const std::string& bytes) {
  const size_t begin = skip_separators(bytes, 0);
  const std::string rest = bytes.substr(begin);
  Payloads payloads =
      is_counted(rest) ? counted_payloads(rest) : syslog_lines(rest);
  payloads.skipped += begin;
  return payloads;
}

Payloads payloads_of(const std::string& bytes, Framing framing) {
  switch (framing) {
    case Framing::kAuto:
      return auto_payloads(bytes);
    case Framing::kNewline:
      return payloads_up_to('\n', bytes);
    case Framing::kNul:
      return payloads_up_to('\0', bytes);
    case Framing::kSyslogNewline:
      return syslog_lines(bytes);
    case Framing::kOctetCounting:
      return counted_payloads(bytes);
    case Framing::kDatagram:
      return {{without_terminator(bytes)}};
  }
  return {};
}

// A TLS handshake or a PROXY header.
bool is_foreign(const std::string& bytes) {
  static const std::vector<std::string> kOpenings = {
      "\x16\x03",        "PROXY TCP4 ",
      "PROXY TCP4\r",    "PROXY TCP6 ",
      "PROXY TCP6\r",    "PROXY UNKNOWN ",
      "PROXY UNKNOWN\r", std::string("\r\n\r\n\0\r\nQUIT\n", 12)};
  for (const std::string& opening : kOpenings) {
    if (stands_at(bytes, 0, opening)) return true;
  }
  return false;
}

// That UTF-16 is not looked for where NUL ends a record needs no code here: its
// anchor holds NULs, and no payload does.

// Section 2: records that are too long.

// Where the piece that begins at `begin` ends. The atoms are the masks.
size_t end_of_piece(size_t begin, size_t size, size_t max_length,
                    const std::vector<Mask>& atoms) {
  if (size - begin <= max_length) return size;
  const size_t cut = begin + max_length;
  for (const Mask& atom : atoms) {
    if (atom.begin < cut && cut < atom.end) return atom.begin;
  }
  return cut;
}

// An empty record is one empty piece.
std::vector<std::string> pieces_of(const Result& result, size_t max_length) {
  const std::string& output = result.output;
  std::vector<std::string> pieces;
  size_t begin = 0;
  do {
    const size_t end =
        end_of_piece(begin, output.size(), max_length, result.masks);
    pieces.push_back(output.substr(begin, end - begin));
    begin = end;
  } while (begin < output.size());
  return pieces;
}

void count(const Result& result, Intake& intake) {
  for (const auto& [form, count] : result.found) intake.found[form] += count;
  intake.truncated += result.truncated;
  intake.suspected += result.suspected;
  intake.rejected += result.rejected;
}

void take(const std::string& payload, const IntakeOptions& options,
          Intake& intake) {
  const Result result = redact(payload, options.rules);
  count(result, intake);
  std::vector<std::string> pieces = pieces_of(result, options.max_length);
  ++intake.in;
  if (options.too_long == TooLong::kTruncate && pieces.size() > 1) {
    pieces.resize(1);
    ++intake.truncated_records;
  }
  intake.split += pieces.size() - 1;
  for (const std::string& piece : pieces) intake.records.push_back(piece);
}

// Section 3: records to bytes.

constexpr size_t kMostDatagramBytes = 65507;

std::vector<std::string> split_at(char terminator, const std::string& record) {
  std::vector<std::string> parts = {""};
  for (char byte : record) {
    if (byte == terminator) {
      parts.emplace_back();
    } else {
      parts.back() += byte;
    }
  }
  return parts;
}

std::string escape(char terminator, const std::string& record) {
  std::string escaped;
  for (char byte : record) {
    if (byte != terminator) {
      escaped += byte;
    } else {
      escaped += byte == '\n' ? "#012" : "#000";
    }
  }
  return escaped;
}

void put_terminated(const std::string& record, char terminator,
                    Embedded embedded, Output& output) {
  std::vector<std::string> payloads = {record};
  if (embedded == Embedded::kEscape) payloads = {escape(terminator, record)};
  if (embedded == Embedded::kSplit) payloads = split_at(terminator, record);
  for (const std::string& payload : payloads) {
    output.frames.push_back(payload + terminator);
  }
}

void put_counted(const std::string& record, Output& output) {
  if (record.empty()) {
    ++output.dropped_empty;
  } else {
    output.frames.push_back(std::to_string(record.size()) + " " + record);
  }
}

void put_datagram(const std::string& record, Output& output) {
  if (record.size() > kMostDatagramBytes) ++output.truncated;
  output.frames.push_back(record.substr(0, kMostDatagramBytes));
}

}  // namespace

Intake take_in(const std::string& bytes, const IntakeOptions& options) {
  Intake intake;
  if (options.is_syslog && options.framing != Framing::kDatagram &&
      is_foreign(bytes)) {
    intake.is_foreign = true;
    intake.lost_bytes = bytes.size();
    return intake;
  }
  const Payloads payloads = payloads_of(bytes, options.framing);
  for (const std::string& payload : payloads.all) {
    if (options.is_syslog && payload.empty()) {
      ++intake.empty;
    } else {
      take(payload, options, intake);
    }
  }
  intake.partial = payloads.is_last_partial ? 1 : 0;
  intake.skipped_bytes = payloads.skipped;
  intake.lost_bytes = payloads.lost;
  intake.bad_count = payloads.is_bad_count;
  return intake;
}

Output put_out(const std::vector<std::string>& records, SinkFraming framing,
               Embedded embedded) {
  Output output;
  for (const std::string& record : records) {
    switch (framing) {
      case SinkFraming::kNewline:
        put_terminated(record, '\n', embedded, output);
        break;
      case SinkFraming::kNul:
        put_terminated(record, '\0', embedded, output);
        break;
      case SinkFraming::kOctetCounting:
        put_counted(record, output);
        break;
      case SinkFraming::kDatagram:
        put_datagram(record, output);
        break;
    }
  }
  return output;
}

}  // namespace cflt::reference
