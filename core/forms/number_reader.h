// The numbers of a list, read byte by byte (docs/language.md, 2.2).
//
//   99,102 \n 108
//     ^ a number is complete when the byte behind it is known
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bytes.h"

namespace cflt::forms {

enum class Base : std::uint8_t { kDecimal, kHex };

/// True for digits in any base, their prefixes and separators.
bool can_be_in_list(char byte);

/// How many bytes from the number of a `c` on stand in front of the number
/// that `before` ends in front of, with nothing but a separator in between. 0:
/// there is none. At most `most`; one byte more is looked at.
std::size_t bytes_since_first_letter(Bytes before, Base base, std::size_t most);

/// Bytes [begin, end) of a list.
struct Digits {
  std::size_t begin;
  std::size_t end;
};

/// The next digits from byte `at` on, behind their prefix; at the list's end
/// where there are none.
Digits next_digits(Bytes list, std::size_t at, Base base);

class NumberReader {
 public:
  /// Begins anew, at the first digit of a number.
  void start(Base base);

  /// True where the byte in front of this one is the last of a number.
  bool step(char byte);

  /// True where a number stood at the very end of the stream.
  bool finish();

  /// The last complete number, 0 to 255.
  std::uint8_t value() const { return value_; }

  /// No number follows; one may have been completed by the same byte.
  bool ended() const { return ended_; }
  Base base() const { return base_; }

 private:
  bool begins_prefix(char byte) const;
  bool complete();

  Base base_ = Base::kDecimal;
  bool ended_ = true;
  bool prefixed_ = false;     // `0x` or `x` has been read
  std::uint32_t digits_ = 0;  // of the number that is being read
  std::uint32_t read_ = 0;    // its value, as long as it has few digits
  std::uint8_t value_ = 0;
};

}  // namespace cflt::forms
