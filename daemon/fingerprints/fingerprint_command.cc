#include "daemon/fingerprints/fingerprint_command.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/secret/alphabet.h"
#include "core/secret/secret.h"
#include "daemon/base/io.h"
#include "daemon/base/messages.h"
#include "daemon/filter/input.h"
#include "daemon/fingerprints/fingerprint.h"
#include "daemon/fingerprints/fingerprint_map.h"

namespace cflt::fingerprints {
namespace {

constexpr std::string_view kAnchor = "cflt";

/// Lines that are refused, each with a message.
constexpr std::size_t kMostShown = 20;

/// An Error could be made of a string too.
using Line = base::Result<std::string>;
constexpr boost::system::in_place_value_t kIsValue{};

bool is_symbol(char c) { return secret::value_of(c) != secret::kNoSymbol; }

bool has_its_check(std::string_view secret) {
  const std::string_view symbols = secret.substr(kAnchor.size());
  const auto check = secret::check_of(symbols.data());
  return symbols.substr(secret::kBodyCount) ==
         std::string_view(check.data(), check.size());
}

/// Why it cannot be a secret; empty: it can. Those made before 30 July 2025
/// have neither prefix nor check.
std::string_view problem_of(std::string_view secret) {
  if (secret.size() != kSecretBytes || !std::ranges::all_of(secret, is_symbol))
    return "no secret: it has 64 characters of A-Z a-z 0-9 + /";
  if (secret.starts_with(kAnchor) && !has_its_check(secret))
    return "no secret: its last six characters are not its checksum";
  return "";
}

/// Takes lines as they come, and wipes them.
class Lines {
 public:
  Lines() { line_.reserve(kMostLineBytes); }
  ~Lines() { wipe(); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  void take(std::span<const char> bytes) {
    for (const char byte : bytes) {
      if (byte == '\n') {
        end_line();
      } else if (line_.size() < kMostLineBytes) {
        line_ += byte;
      } else {
        is_too_long_ = true;
      }
    }
  }
  void end() {
    if (!line_.empty()) end_line();
    if (refused_count_ > kMostShown) {
      base::complain(fmt::format("{} lines more were refused",
                                 refused_count_ - kMostShown));
    }
  }
  bool is_refused() const { return refused_count_ > 0; }
  bool is_broken() const { return is_broken_; }

 private:
  void end_line() {
    ++number_;
    if (is_too_long_) {
      refuse("a line of more than 4,096 bytes");
    } else if (const auto line = map_line_of(words()); line.has_value()) {
      is_broken_ = is_broken_ || !base::print(*line);
    } else {
      refuse(line.error().message);
    }
    wipe();
    is_too_long_ = false;
  }
  /// Without what a file may begin with.
  std::string_view words() const {
    std::string_view words = line_;
    if (number_ == 1 && words.starts_with(kByteOrderMark)) {
      words.remove_prefix(kByteOrderMark.size());
    }
    return words;
  }
  void refuse(std::string_view reason) {
    ++refused_count_;
    if (refused_count_ <= kMostShown) {
      base::complain(fmt::format("line {}: {}", number_, reason));
    }
  }
  void wipe() {
    OPENSSL_cleanse(line_.data(), line_.size());
    line_.clear();
  }

  std::string line_;
  std::size_t number_ = 0;
  bool is_too_long_ = false;
  std::size_t refused_count_ = 0;
  bool is_broken_ = false;
};

}  // namespace

base::Result<std::string> map_line_of(std::string_view line) {
  const std::string_view secret = take_word(line);
  if (secret.empty() || secret.front() == '#') return Line(kIsValue, "");
  if (const auto problem = problem_of(secret); !problem.empty()) {
    return base::Error{std::string(problem)};
  }
  const std::string_view key_id = take_word(line);
  const bool has_key = !key_id.empty() && key_id != "-";
  if (has_key && !is_key_id(key_id)) {
    return base::Error{"behind the secret, neither an API key's ID nor -"};
  }
  const std::string_view owner = trimmed(line);
  const std::span<const char, kSecretBytes> symbols(secret.data(),
                                                    kSecretBytes);
  return Line(
      kIsValue,
      fmt::format("{} {} {}\n", fingerprint_of(symbols), has_key ? key_id : "-",
                  owner.empty() ? "-" : base::safe_text(owner)));
}

base::ExitCode run_fingerprint(const FingerprintOptions& options) {
  if (problem_of(options.path).empty()) {
    base::complain(
        "FILE looks like a secret: secrets are lines of a file, or of stdin; "
        "on "
        "a command line others see them");
    return base::kExitError;
  }
  auto input = filter::Input::open(options.path);
  if (!input.has_value()) {
    base::complain_about(options.path, input.error());
    return base::kExitError;
  }
  Lines lines;
  std::array<char, kMostLineBytes> chunk;
  for (;;) {
    const auto count = input->read(chunk);
    if (!count.has_value()) {
      base::complain_about(input->name(), count.error());
      return base::kExitError;
    }
    if (*count == 0) break;
    lines.take(std::span(chunk).first(*count));
    OPENSSL_cleanse(chunk.data(), *count);
  }
  lines.end();
  return lines.is_refused() || lines.is_broken() ? base::kExitError
                                                 : base::kExitClean;
}

}  // namespace cflt::fingerprints
