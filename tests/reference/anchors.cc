#include "anchors.h"

#include <algorithm>
#include <optional>
#include <set>

namespace cflt::reference {
namespace {

// Section 6: choosing forms.

bool is_chosen(const Options& options, const std::string& form) {
  return options.forms.empty() || options.forms.count(form) != 0;
}

// The ways of writing of text.
const std::set<std::string> kTextWritings = {"urlsafe", "form",    "json",
                                             "unicode", "percent", "html",
                                             "color",   "wrapped"};

// Those of the outer symbols of `base64-escaped`, and those inside it.
const std::set<std::string> kEscapedWritings = {"urlsafe", "json", "unicode",
                                                "percent", "html"};

bool is_text_chosen(const Options& options) {
  return is_chosen(options, "plain") ||
         std::any_of(
             kTextWritings.begin(), kTextWritings.end(),
             [&](const auto& form) { return is_chosen(options, form); });
}

bool is_anchor_chosen(Coding coding, Family family, const Options& options) {
  if (coding == Coding::kUtf16) return is_chosen(options, "utf16");
  if (is_numbers(coding)) return is_chosen(options, "numbers");
  if (family == Family::kHex) return is_chosen(options, "hex");
  if (family == Family::kText) return is_text_chosen(options);
  return is_chosen(options, "base64") || is_chosen(options, "base64-escaped");
}

// In UTF-16 and in lists of numbers all ways of writing are read.
bool is_all_read(const Anchor& anchor) {
  return anchor.coding != Coding::kBytes;
}

std::set<std::string> text_writings(const Anchor& anchor,
                                    const Options& options) {
  if (is_all_read(anchor)) return kTextWritings;
  std::set<std::string> chosen;
  for (const std::string& form : kTextWritings) {
    if (is_chosen(options, form)) chosen.insert(form);
  }
  return chosen;
}

bool is_escaped_read(const Anchor& anchor, const Options& options) {
  return is_all_read(anchor) || is_chosen(options, "base64-escaped");
}

// Section 2: anchors.

struct Row {
  Coding coding = Coding::kBytes;
  Family family = Family::kText;
  size_t offset = 0;
  std::string bytes;
  std::string before;  // what the previous unit must be one of; empty: any
  std::string behind;  // the same for the next unit
};

const std::vector<Row> kRowsOfBytes = {
    {Coding::kBytes, Family::kText, 0, "cflt", "", ""},
    {Coding::kBytes, Family::kBase64, 0, "Y2Zsd", "", "CDEFGH"},
    {Coding::kBytes, Family::kBase64, 1, "NmbH", "GWm2", "QR"},
    {Coding::kBytes, Family::kBase64, 2, "jZmx0", "BFJNRVZdhlptx159", ""},
    {Coding::kBytes, Family::kHex, 0, "63666c74", "", ""},
    {Coding::kBytes, Family::kHex, 0, "63666C74", "", ""},
};

// The number of the `f` is the first `102` or `66` in them.
const std::vector<std::string> kDecimals = {"102,108", "102, 108", "102 108",
                                            "102;108", "102; 108", "102\n",
                                            "102\r",   "102,\n",   "102,\r"};
// In lower case; either is meant.
const std::vector<std::string> kHexes = {
    "66 6c",    "66-6c",    "66:6c",   "66,6c",   "66, 6c",
    "66,0x6c",  "66, 0x6c", "66 0x6c", "66\\x6c", "66\\\\x6c",
    "\n66\n6c", " 66\n",    "66,\n",   "66,\r"};

std::string utf16_of_letters(const std::string& letters) {
  std::string bytes;
  for (char letter : letters) {
    if (!bytes.empty()) bytes += '\0';
    bytes += letter;
  }
  return bytes;
}

std::vector<Row> all_rows() {
  std::vector<Row> rows = kRowsOfBytes;
  for (Row row : kRowsOfBytes) {
    if (row.family == Family::kHex) continue;
    row.coding = Coding::kUtf16;
    row.bytes = utf16_of_letters(row.bytes);
    rows.push_back(row);
  }
  for (const std::string& bytes : kDecimals) {
    rows.push_back({Coding::kDecimals, Family::kText, 0, bytes, "", ""});
  }
  for (const std::string& bytes : kHexes) {
    rows.push_back({Coding::kHexes, Family::kText, 0, bytes, "", ""});
  }
  return rows;
}

std::optional<char> unit_before(const std::string& stream, size_t begin,
                                Coding coding) {
  if (coding == Coding::kBytes) {
    if (begin < 1) return std::nullopt;
    return stream[begin - 1];
  }
  if (begin < 2 || stream[begin - 1] != '\0') return std::nullopt;
  return stream[begin - 2];
}

bool is_before(const std::string& stream, size_t begin, const Row& row) {
  if (row.before.empty()) return true;
  const std::optional<char> unit = unit_before(stream, begin, row.coding);
  return !unit || is_one_of(*unit, row.before) ||
         kAlphabet.find(*unit) == std::string::npos;
}

// Section 2.1: anchors in lists of numbers.

std::string number_of_f(Coding coding) {
  return coding == Coding::kDecimals ? "102" : "66";
}

std::string number_of_c(Coding coding) {
  return coding == Coding::kDecimals ? "99" : "63";
}

constexpr size_t kBytesBefore = 64;

// Where the separator ends that stands in front of the digits of a number.
size_t skip_prefix_back(const std::string& stream, size_t digits,
                        Coding coding) {
  size_t at = digits;
  if (coding == Coding::kDecimals) return at;
  if (at > 0 && is_one_of(stream[at - 1], "xX")) {
    --at;
    if (at > 0 && stream[at - 1] == '0') --at;
  }
  return at;
}

// Where the number `c` begins in front of the digits of the `f`.
std::optional<size_t> find_c(const std::string& stream, size_t digits,
                             Coding coding) {
  const size_t least = digits - std::min(digits, kBytesBefore);
  const size_t end = skip_prefix_back(stream, digits, coding);
  size_t at = end;
  while (at > least && is_separator(stream[at - 1], coding)) --at;
  if (at == end || at < least + 2) return std::nullopt;
  const size_t begin = at - 2;
  if (stream.compare(begin, 2, number_of_c(coding)) != 0) return std::nullopt;
  if (begin > 0 && is_digit(stream[begin - 1], coding)) return std::nullopt;
  return begin;
}

// The anchor of a row is completed, if its conditions hold. The units of the
// window begin behind the `f`.
std::optional<Anchor> list_anchor(const std::string& stream, Anchor anchor,
                                  const Row& row) {
  const std::string f = number_of_f(row.coding);
  const size_t digits = anchor.begin + row.bytes.find(f);
  const std::optional<size_t> c = find_c(stream, digits, row.coding);
  if (!c) return std::nullopt;
  const Limit window = window_behind(stream, anchor.end, row.coding);
  anchor.text = read_units(stream, digits + f.size(), window, row.coding);
  Units& units = anchor.text.units;
  if (units.size() < 2 || units[0].byte != 'l' || units[1].byte != 't') {
    return std::nullopt;
  }
  anchor.begin = *c;
  anchor.end = units[1].end;
  units.erase(units.begin(), units.begin() + 2);
  return anchor;
}

std::optional<Anchor> anchor_of(const std::string& stream, size_t end,
                                const Row& row) {
  const size_t begin = end - row.bytes.size();
  if (!is_before(stream, begin, row)) return std::nullopt;
  Anchor anchor;
  anchor.coding = row.coding;
  anchor.family = row.family;
  anchor.offset = row.offset;
  anchor.behind = row.behind;
  anchor.begin = begin;
  anchor.end = end;
  if (is_numbers(row.coding)) return list_anchor(stream, anchor, row);
  const Limit window = window_behind(stream, end, row.coding);
  anchor.text = read_units(stream, end, window, row.coding);
  return anchor;
}

std::string lower_case_of(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool ends_with(const std::string& stream, size_t end, const Row& row) {
  const size_t size = row.bytes.size();
  if (end < size) return false;
  // Most rows end here; the rest of this function alone would do.
  const char last_byte = stream[end - 1];
  if (last_byte != row.bytes.back() && row.coding != Coding::kHexes) {
    return false;
  }
  if ((last_byte | 0x20) != (row.bytes.back() | 0x20)) return false;
  const std::string last = stream.substr(end - size, size);
  return (row.coding == Coding::kHexes ? lower_case_of(last) : last) ==
         row.bytes;
}

}  // namespace

std::vector<Anchor> anchors_that_end_at(const std::string& stream, size_t end,
                                        const Options& options) {
  static const std::vector<Row> kRows = all_rows();
  std::vector<Anchor> anchors;
  for (const Row& row : kRows) {
    if (!ends_with(stream, end, row)) continue;
    if (!is_anchor_chosen(row.coding, row.family, options)) continue;
    const std::optional<Anchor> anchor = anchor_of(stream, end, row);
    if (anchor) anchors.push_back(*anchor);
  }
  return anchors;
}

Rules rules_of(const Anchor& anchor, const Options& options) {
  Rules rules;
  if (anchor.family == Family::kText) {
    rules.is_text = true;
    rules.writings = text_writings(anchor, options);
    return rules;
  }
  // How many are needed for 60 symbols inside is not known.
  rules.most_symbols = std::string::npos;
  if (anchor.family == Family::kHex) {
    rules.plain = kHexDigits;
  } else if (is_escaped_read(anchor, options)) {
    rules.writings = kEscapedWritings;
  }
  if (is_all_read(anchor) || is_chosen(options, "wrapped")) {
    rules.writings.insert("wrapped");
  }
  return rules;
}

Rules rules_inside(const Anchor& anchor, const Options& options) {
  Rules rules;
  const bool is_escaped =
      anchor.family == Family::kHex || is_escaped_read(anchor, options);
  rules.writings =
      is_escaped ? kEscapedWritings : std::set<std::string>{"urlsafe"};
  return rules;
}

}  // namespace cflt::reference
