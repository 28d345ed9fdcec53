#include "bench/micro/inputs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include "core/secret/alphabet.h"

namespace cflt::bench {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kSeed = 20251009;
constexpr std::size_t kLinesPerSecret = 1000;
constexpr std::size_t kFirstSecretLine = 100;

// `#` stands for a decimal digit, `@` for a hex digit, `?` for a symbol.
constexpr std::array kLogLines = {
    "2025-10-09 11:##:##,### INFO [IPC Server handler ## on 8020] org.apache."
    "hadoop.ipc.Server: Auth successful for appattempt_1760000000000_0###_0000"
    "01 (auth:SIMPLE)\n"sv,
    "2025-10-09 11:##:##,### WARN [ResponseProcessor for block blk_##########]"
    " org.apache.hadoop.hdfs.DFSClient: Slow ReadProcessor read fields took "
    "3####ms (threshold=30000ms); targets: [10.#.#.##:50010]\n"sv,
    "\tat org.apache.hadoop.ipc.Client$Connection.setupConnection(Client.java:"
    "###)\n"sv,
    "25/10/09 11:##:## INFO executor.Executor: Finished task ##.0 in stage #.0"
    " (TID ####). #### bytes result sent to driver\n"sv,
    "25/10/09 11:##:## INFO storage.BlockManager: Found block rdd_##_## "
    "locally\n"sv,
    "2025-10-09 11:##:##,### - INFO  [NIOServerCxn.Factory:0.0.0.0/0.0.0.0:"
    "2181:NIOServerCnxn@1001] - Closed socket connection for client "
    "/10.#.#.##:5#### which had sessionid 0x@@@@@@@@@@@@@@@@\n"sv,
    "Oct 09 11:##:## combo sshd[####]: Failed password for invalid user "
    "webmaster from 10.##.##.## port 3#### ssh2\n"sv,
    "Oct 09 11:##:## combo sshd[####]: Accepted publickey for deploy from "
    "10.##.##.## port 4#### ssh2: RSA SHA256:"
    "???????????????????????????????????????????\n"sv,
    "10.##.##.## - - [09/Oct/2025:11:##:## +0000] \"GET /api/v1/orders/#### "
    "HTTP/1.1\" 200 #### \"-\" \"Mozilla/5.0 (X11; Linux x86_64) "
    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1##.0.0.0\"\n"sv,
    "{\"ts\":\"2025-10-09T11:##:##.###Z\",\"level\":\"info\",\"logger\":"
    "\"http\",\"msg\":\"request served\",\"method\":\"GET\",\"status\":200,"
    "\"duration_ms\":##,\"trace_id\":\"@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\"}\n"sv,
};

/// Draws from a seeded generator in a way that is the same everywhere.
class Dice {
 public:
  std::size_t below(std::size_t count) { return random_() % count; }
  char symbol() { return secret::kAlphabet[below(64)]; }

  /// `pattern` with its `#`, `@` and `?` replaced.
  void append(std::string_view pattern, std::string& text) {
    constexpr auto kDigits = "0123456789abcdef"sv;
    for (const char c : pattern) {
      text += c == '#'   ? kDigits[below(10)]
              : c == '@' ? kDigits[below(16)]
              : c == '?' ? symbol()
                         : c;
    }
  }

 private:
  std::mt19937_64 random_{kSeed};
};

Input unchanged(const std::string& bytes) { return {bytes, bytes}; }

/// `pattern` over and over, drawn anew each time.
std::string drawn(std::string_view pattern, std::size_t size) {
  Dice dice;
  std::string text;
  while (text.size() < size) dice.append(pattern, text);
  return text;
}

/// Anchors whose candidates are complete and end in an `A`.
std::string late_failures(std::size_t size) { return drawn("cflt???A", size); }

/// The same with a loose symbol in each.
std::string loose_failures(std::size_t size) { return drawn("cflt-??A", size); }

/// As many of them as there can be: an anchor needs an `A` of its own, 63 bytes
/// behind its `c`.
std::string dense_failures(std::size_t size) {
  std::string unit;
  for (int i = 0; i < 12; ++i) unit += "cfltA";
  return drawn(unit + "???A", size);
}

/// Both sides of a line, so that they stay equal but for the secret.
void append_secret(canary::Canaries& canaries, Input& input) {
  input.bytes += canaries.next_secret();
  input.masked += "cflt****";
}

void append_text(std::string_view text, Input& input) {
  input.bytes += text;
  input.masked += text;
}

Input secrets(std::size_t size) {
  canary::Canaries canaries(kSeed);
  Input input;
  while (input.bytes.size() < size) {
    append_secret(canaries, input);
    append_text("\n", input);
  }
  return input;
}

Input near_misses(std::size_t size) {
  canary::Canaries canaries(kSeed);
  std::string text;
  while (text.size() < size) text += next_near_miss(canaries) + "\n";
  return unchanged(text);
}

Input endless_line(std::size_t size) {
  std::string text = plain_log(size).bytes;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return unchanged(text);
}

using Text = std::string (*)(std::size_t size);

template <Text text>
Input plain(std::size_t size) {
  return unchanged(text(size));
}

/// Of a multiple of three bytes, so that it is one text.
template <Text text>
Input base64_of(std::size_t size) {
  constexpr std::size_t kGroupBytes = std::size_t{3} * 64;
  return unchanged(
      canary::to_base64(text(size * 3 / 4 / kGroupBytes * kGroupBytes)));
}

template <Text text, forms::Form form>
Input written(std::size_t size) {
  return unchanged(canary::write_symbols(text(size / 2), form));
}

Input backslashes(std::size_t size) {
  return repeated("cflt" + std::string(513, '\\'), size);
}

/// A window that is full of the longest escapes.
Input unicode_escapes(std::size_t size) {
  std::string unit = "cflt";
  for (int i = 0; i < 84; ++i) unit += "\\u002b";
  return repeated(unit, size);
}

constexpr auto kMixedEscapes =
    "cflt\\/cflt%2Bcflt&#43;cflt\\x2bcflt cflt-cflt\\\\\\u002F"sv;

template <const std::string_view& unit>
Input repeated_unit(std::size_t size) {
  return repeated(unit, size);
}

constexpr auto kCflt = "cflt"sv;
constexpr auto kColors = "cflt\x1b[m\x1b[K"sv;
constexpr auto kUtf16 = "c\0f\0l\0t\0"sv;
constexpr auto kBase64Anchors = "Y2ZsdCGNmbHQBjZmx0"sv;

constexpr std::array kRecipes = {
    Recipe{"none", plain_log},
    Recipe{"one_in_1000", sparse_log},
    Recipe{"cflt", repeated_unit<kCflt>},
    Recipe{"cfltxyzA", plain<late_failures>},
    Recipe{"base64_of_cfltxyzA", base64_of<late_failures>},
    Recipe{"hex_of_cfltxyzA", written<late_failures, forms::Form::kHex>},
    Recipe{"utf16_of_cfltxyzA", written<late_failures, forms::Form::kUtf16>},
    Recipe{"cfltA", plain<dense_failures>},
    Recipe{"base64_of_cfltA", base64_of<dense_failures>},
    Recipe{"hex_of_cfltA", written<dense_failures, forms::Form::kHex>},
    Recipe{"cflt-xyA", plain<loose_failures>},
    Recipe{"backslashes", backslashes},
    Recipe{"unicode_escapes", unicode_escapes},
    Recipe{"mixed_escapes", repeated_unit<kMixedEscapes>},
    Recipe{"colors", repeated_unit<kColors>},
    Recipe{"utf16_anchors", repeated_unit<kUtf16>},
    Recipe{"base64_anchors", repeated_unit<kBase64Anchors>},
    Recipe{"secrets", secrets},
    Recipe{"near_misses", near_misses},
    Recipe{"endless_line", endless_line},
};

}  // namespace

Input plain_log(std::size_t size) {
  Dice dice;
  std::string text;
  while (text.size() < size) {
    dice.append(kLogLines[dice.below(kLogLines.size())], text);
  }
  return unchanged(text);
}

Input sparse_log(std::size_t size) {
  canary::Canaries canaries(kSeed);
  Dice dice;
  Input input;
  for (std::size_t i = 0; input.bytes.size() < size; ++i) {
    std::string line;
    dice.append(kLogLines[dice.below(kLogLines.size())], line);
    if (i % kLinesPerSecret == kFirstSecretLine) {
      append_text("CLOUD_API_SECRET=", input);
      append_secret(canaries, input);
      append_text(" ", input);
    }
    append_text(line, input);
  }
  return input;
}

Input repeated(std::string_view unit, std::size_t size) {
  std::string text;
  while (text.size() < size) text += unit;
  return unchanged(text);
}

std::span<const Recipe> recipes() { return kRecipes; }

std::string next_near_miss(canary::Canaries& canaries) {
  std::string secret = canaries.next_secret();
  char& symbol = secret[4];  // the first behind `cflt`
  symbol = symbol == 'A' ? 'B' : 'A';
  return secret;
}

}  // namespace cflt::bench
