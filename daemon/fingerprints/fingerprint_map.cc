#include "daemon/fingerprints/fingerprint_map.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "daemon/base/system_error.h"

namespace cflt::fingerprints {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kFingerprintDigits = 16;
constexpr std::size_t kKeyIdBytes = 16;

bool is_fingerprint(std::string_view word) {
  return word.size() == kFingerprintDigits &&
         std::ranges::all_of(word, [](char c) {
           return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
         });
}

/// `fingerprint` writes one byte of an owner as four at most.
constexpr std::size_t kMostMapLineBytes = 4 * kMostLineBytes;

/// Overwritten when it goes.
struct LineBuffer {
  LineBuffer() = default;
  LineBuffer(const LineBuffer&) = delete;
  LineBuffer& operator=(const LineBuffer&) = delete;
  ~LineBuffer() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

  std::array<char, kMostMapLineBytes + 1> bytes;
};

base::Error about(const std::string& path, std::size_t line,
                  std::string_view reason) {
  return {fmt::format("{}:{}: {}", path, line, reason)};
}

}  // namespace

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  return word;
}

std::string_view trimmed(std::string_view text) {
  const auto last = text.find_last_not_of(kBlanks);
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

bool is_key_id(std::string_view word) {
  return word.size() == kKeyIdBytes && std::ranges::all_of(word, [](char c) {
           return ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z');
         });
}

base::Result<void> FingerprintMap::read(const std::string& path) {
  std::ifstream file(path);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) errno = EISDIR;
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return base::Error{
        fmt::format("{}: {}", path, base::last_system_error().message())};
  }
  LineBuffer buffer;  // it may be a file of secrets
  for (std::size_t number = 1;; ++number) {
    file.getline(buffer.bytes.data(), kMostMapLineBytes + 1);
    if (file.eof() && file.gcount() == 0) return {};
    if (file.bad()) return about(path, number, "cannot be read to its end");
    if (file.fail()) return about(path, number, "too long for a line of a map");
    const auto count = static_cast<std::size_t>(file.gcount());
    std::string_view line(buffer.bytes.data(), file.eof() ? count : count - 1);
    if (number == 1 && line.starts_with(kByteOrderMark)) {
      line.remove_prefix(kByteOrderMark.size());
    }
    const auto added = add(line);
    if (!added.has_value()) return about(path, number, added.error().message);
    if (file.eof()) return {};
  }
}

base::Result<void> FingerprintMap::add(std::string_view line) {
  const std::string fingerprint(take_word(line));
  if (fingerprint.empty() || fingerprint.front() == '#') return {};
  if (!is_fingerprint(fingerprint)) {
    return base::Error{
        "no fingerprint (16 hex digits, of cflt-redact fingerprint)"};
  }
  const std::string key_id(take_word(line));
  const bool has_key = !key_id.empty() && key_id != "-";
  if (has_key && !is_key_id(key_id)) {
    return base::Error{"behind the fingerprint, neither an API key's ID nor -"};
  }
  const std::string_view owner = trimmed(line);
  Entry entry{has_key ? std::optional(key_id) : std::nullopt,
              std::string(owner == "-" ? "" : owner)};
  const auto [place, is_new] = entries_.emplace(fingerprint, entry);
  if (!is_new && place->second != entry && conflict_ == Conflict::kRefused) {
    return base::Error{
        "this fingerprint stands there twice, with different keys or owners"};
  }
  return {};
}

const Entry* FingerprintMap::find(const std::string& fingerprint) const {
  const auto found = entries_.find(fingerprint);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace cflt::fingerprints
