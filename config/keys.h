// Which keys there are, what each fits, and what people write for them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cflt::config {

/// A bit for each enumerator.
template <class... Enums>
constexpr unsigned bits(Enums... values) {
  return (0U | ... | (1U << static_cast<unsigned>(values)));
}

inline constexpr unsigned kAny = ~0U;

struct Key {
  std::string_view name;
  unsigned types = kAny;          // of sources or sinks, as bits
  unsigned schemes = kAny;        // of their addresses, as bits
  std::string_view reason = {};   // why not with others
  bool planned = false;           // not in this version yet
  std::string_view removed = {};  // why, where a version had it
};

/// The keys of one kind of map.
struct KeyTable {
  std::string_view what;  // "a source"
  std::span<const Key> keys;

  const Key* find(std::string_view name) const;
};

extern const KeyTable kTopKeys;
extern const KeyTable kServiceKeys;
extern const KeyTable kLogKeys;
extern const KeyTable kRedactKeys;
extern const KeyTable kSourceKeys;
extern const KeyTable kSinkKeys;
extern const KeyTable kBufferKeys;
extern const KeyTable kReconnectKeys;

/// `written`: words that mean `here`, which may be "map.key".
struct Synonyms {
  std::string_view here;
  std::string_view written;
};

/// What people write for keys.
std::span<const Synonyms> key_synonyms();

/// "; did you mean X?" for a key that is not in `table`, or nothing.
std::string key_suggestion(std::string_view key, const KeyTable& table);

}  // namespace cflt::config
