// Which key a secret belongs to, and who owns it, by its fingerprint: files
// that hold no secret.
//
//   486abc8dc0b58cc5 ABCD1234567890AB payments, team blue
//   fingerprint      key ID, or -     owner: the rest of the line, or nothing
//
// Empty lines and those that begin with `#` mean nothing. `cflt-redact
// fingerprint` makes such lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/base/error.h"

namespace cflt::fingerprints {

struct Entry {
  std::optional<std::string> key_id;
  std::string owner;  // empty: unknown

  bool operator==(const Entry&) const = default;
};

/// One fingerprint with different keys or owners.
enum class Conflict { kRefused, kFirstCounts };

class FingerprintMap {
 public:
  explicit FingerprintMap(Conflict conflict = Conflict::kRefused)
      : conflict_(conflict) {}

  /// Adds a file's lines. The error names the file and its line, and nothing
  /// that stands there: it may be a secret.
  base::Result<void> read(const std::string& path);

  /// Adds one line; why not, otherwise.
  base::Result<void> add(std::string_view line);

  /// Nothing is known: nullptr.
  const Entry* find(const std::string& fingerprint) const;
  std::size_t size() const { return entries_.size(); }

 private:
  Conflict conflict_;
  std::unordered_map<std::string, Entry> entries_;
};

/// Of secrets; a longer line is none: it may be a binary file.
inline constexpr std::size_t kMostLineBytes = 4096;

/// What a file may begin with, and means nothing.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// `[A-Z0-9]{16}`, the ID of an API key.
bool is_key_id(std::string_view word);

/// The line's first word; the rest, without the blanks in between, stays.
std::string_view take_word(std::string_view& line);

/// Without the blanks at its end.
std::string_view trimmed(std::string_view text);

}  // namespace cflt::fingerprints
