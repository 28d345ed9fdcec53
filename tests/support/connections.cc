#include "tests/support/connections.h"

#include <array>
#include <string_view>

#include "core/canary/canary.h"
#include "tests/support/fragments.h"

namespace cflt::test {
namespace {

using canary::Canaries;
using forms::Form;
using namespace std::string_view_literals;

enum class Dialect { kCounted, kNewline, kNul, kAllInTurn };
constexpr unsigned kDialectCount = 4;

/// A kind and a parameter of the recipe, and a seed made of both.
struct Choice {
  unsigned kind;
  unsigned parameter;
  std::uint64_t seed;
};

// Payloads.

std::string secrets(const Choice& choice) {
  Canaries canaries(choice.seed);
  std::string text = "k=";
  for (unsigned i = 0; i <= choice.parameter % 3; ++i) {
    text += canaries.next(
        static_cast<Form>((choice.parameter + i) % forms::kFormCount));
    if (choice.parameter % 2 == 0) text += "; ";
  }
  return text;
}

/// One to four fragments as compose() knows them.
std::string anything(const Choice& choice) {
  std::mt19937_64 random(choice.seed);
  std::vector<std::uint8_t> recipe(2 + 2 * (choice.parameter % 4));
  for (auto& byte : recipe) byte = static_cast<std::uint8_t>(random());
  return compose(recipe);
}

/// What stands around a cut at 512 bytes, or a multiple of it, is a secret.
std::string secret_at_a_cut(const Choice& choice) {
  const std::size_t lead =
      512 * (1 + choice.seed % 2) + 8 - std::size_t{choice.parameter % 150U};
  const std::string secret = Canaries(choice.seed).next_secret();
  return std::string(lead, '.') + secret +
         (choice.parameter % 2 == 0 ? secret : "") + " and more of it";
}

/// Candidates that touch: wrong checksums, left as they are, and masks.
std::string chain_of_candidates(const Choice& choice) {
  const std::array<std::uint8_t, 2> near_miss = {
      13, static_cast<std::uint8_t>(choice.parameter % 4)};
  std::string text(choice.parameter % 32, '-');
  for (unsigned i = 0; i < 2 + choice.parameter % 9; ++i) {
    text += compose(near_miss);
    if (i == choice.seed % 16) text += Canaries(choice.seed).next_secret();
  }
  return text + std::string(choice.seed % 600, '+');
}

std::string long_text(const Choice& choice) {
  return std::string(std::size_t{choice.parameter} * 16, 'l') + secrets(choice);
}

std::string payload(const Choice& choice) {
  const std::string header = choice.parameter % 4 != 0 ? "<34>1 " : "";
  switch (choice.kind % 8) {
    case 0:
      return header;
    case 1:
      return header + "GET /index.html";
    case 2:
      return header + secrets(choice);
    case 3:
      return header + anything(choice);
    case 4:
      return header + secret_at_a_cut(choice);
    case 5:
      return header + chain_of_candidates(choice);
    case 6:
      return header + long_text(choice);
    default:
      return std::string(1, static_cast<char>(choice.parameter));
  }
}

// Frames as they should be.

std::string counted(const std::string& bytes) {
  return std::to_string(bytes.size()) + " " + bytes;
}

std::string frame(Dialect dialect, const Choice& choice) {
  constexpr std::array<std::string_view, 8> kTails = {
      "", "", "\n", "\r", "\0"sv, "\r\n", "\n\0"sv, "\0\n"sv};
  const std::string bytes =
      payload(choice) + std::string(kTails[choice.seed % kTails.size()]);
  switch (dialect) {
    case Dialect::kCounted:
      // There is no count of an empty frame.
      return counted(bytes.empty() ? "\n" : bytes);
    case Dialect::kNewline:
      return bytes + '\n';
    case Dialect::kNul:
      return bytes + '\0';
    case Dialect::kAllInTurn:
      break;
  }
  return frame(static_cast<Dialect>(choice.parameter % 3), choice);
}

/// Two frames that would be a secret if the end between them were not there.
/// In hex, and where counts are, the count goes on where the anchor stopped.
std::string across_two_frames(Dialect dialect, const Choice& choice) {
  const std::string secret =
      Canaries(choice.seed)
          .next(choice.parameter % 2 == 0 ? Form::kHex : Form::kPlain);
  const std::size_t cut = choice.parameter % secret.size();
  const std::string first = "<34>1 " + secret.substr(0, cut);
  const std::string second = secret.substr(cut) + ";";
  if (dialect == Dialect::kNewline) return first + '\n' + second + '\n';
  if (dialect == Dialect::kNul) return first + '\0' + second + '\0';
  return counted(first) + counted(second);
}

/// `63666c`, and the count of the next frame is the `74` of the anchor.
std::string anchor_that_a_count_completes(const Choice& choice) {
  std::string second = Canaries(choice.seed).next(Form::kHex).substr(8);
  second.resize(74 + choice.parameter % 2 * 667, 'a');
  return counted("<34>1 63666c") + counted(second);
}

// Frames as they should not be.

std::string wrong_count(const Choice& choice) {
  const std::string bytes = payload(choice) + ".";
  const std::string count = std::to_string(bytes.size());
  switch (choice.seed % 4) {
    case 0:
      return std::to_string(bytes.size() + choice.parameter) + " " + bytes;
    case 1:
      return std::to_string(1 + bytes.size() / 2) + " " + bytes;
    case 2:
      return "0" + count + " " + bytes;
    default:
      return count + "  " + bytes + "\n";
  }
}

std::string bare_count(const Choice& choice) {
  constexpr std::array<std::string_view, 20> kCounts = {
      "0 ",    "012 <", "0",   "1234567890 <", "1234567890",
      "-1 ",   "+5 <",  "5x",  "5\t<",         " 5 <",
      "5",     "5 ",    "5 <", "123456789 <",  "999999999 <34>1 ",
      "12  <", "5\n",   "4 a", "0x5 <",        "1\0 <"sv};
  return std::string(kCounts[choice.parameter % kCounts.size()]);
}

std::string terminators(const Choice& choice) {
  std::string text(1 + choice.parameter % 4, '\n');
  if (choice.parameter % 3 == 0) text += "\r\n";
  if (choice.parameter % 5 == 0) text.append(2, '\0');
  return text;
}

/// What real senders put between counted frames, whole or cut.
std::string separators(const Choice& choice) {
  constexpr std::array<std::string_view, 8> kSeparators = {
      "\n",     "\0"sv,         "\0\n"sv,         "\n\n",
      "\n\0"sv, "\xEF\xBB\xBF", "\n\xEF\xBB\xBF", "\xEF\xBB"};
  return std::string(kSeparators[choice.parameter % kSeparators.size()]);
}

/// Most connections begin with a frame.
std::string opening(unsigned choice) {
  constexpr std::array<std::string_view, 12> kOpenings = {
      "PROXY TCP4 192.0.2.1 192.0.2.2 1 514\r\n",
      "PROXY UNKNOWN\r\n",
      "PROXY TCP",
      "PROXY TCP5 ",
      "\r\n\r\n\0\r\nQUIT\n\x21\x11"sv,
      "\r\n\r\n\0\r\nQUIT"sv,
      "\x16\x03\x01",
      "\x16",
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\n\0"sv,
      "\xEF\xBB\xBF",
      "\xEF"};
  return choice < kOpenings.size() ? std::string(kOpenings[choice]) : "";
}

/// Frames mostly: what breaks a rule ends a counted connection.
std::string fragment(Dialect dialect, const Choice& choice) {
  switch (choice.kind / 8 % 32) {
    case 20:
      return separators(choice);
    case 21:  // a frame of another dialect, as a relay may send it
      return dialect == Dialect::kCounted ? frame(Dialect::kNewline, choice)
                                          : frame(dialect, choice);
    case 31:
      return wrong_count(choice);
    case 30:
      return bare_count(choice);
    case 29:
      return terminators(choice);
    case 28:
      return payload(choice);
    case 24:
    case 25:
    case 26:
    case 27:
      return across_two_frames(dialect, choice);
    case 22:
    case 23:
      return dialect == Dialect::kCounted || choice.parameter % 4 == 0
                 ? anchor_that_a_count_completes(choice)
                 : frame(dialect, choice);
    default:
      return frame(dialect, choice);
  }
}

}  // namespace

std::string compose_connection(std::span<const std::uint8_t> recipe) {
  if (recipe.empty()) return "";
  const auto dialect = static_cast<Dialect>(recipe[0] % kDialectCount);
  std::string bytes = opening(recipe[0] / kDialectCount);
  for (std::size_t i = 1; i + 1 < recipe.size(); i += 2) {
    bytes +=
        fragment(dialect, {recipe[i], recipe[i + 1], recipe[i] * 256U + i});
  }
  return bytes;
}

}  // namespace cflt::test
