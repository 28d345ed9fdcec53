#include "inside.h"

#include <string>

#include "secret.h"

namespace cflt::reference {
namespace {

// The first bits do not belong to what is decoded.
Text decode(const Run& outer, const std::string& bits, size_t bits_of_symbol,
            size_t first_bit) {
  Text text;
  size_t begin = 0;
  for (size_t bit = first_bit; bit + 8 <= bits.size(); bit += 8) {
    const size_t end = outer.symbols[(bit + 7) / bits_of_symbol].end;
    const char byte = static_cast<char>(number_of(bits.substr(bit, 8)));
    text.units.push_back({byte, begin, end});
    begin = end;
  }
  text.is_cut = outer.is_cut;
  text.is_star = outer.is_star;
  return text;
}

}  // namespace

size_t bits_of_t(size_t offset) {
  if (offset == 0) return 2;
  return offset == 1 ? 4 : 0;
}

Text inside_base64(const Run& outer, size_t offset) {
  std::string bits;
  for (const Symbol& symbol : outer.symbols) {
    bits += bits_of(kAlphabet.find(symbol.value), 6);
  }
  return decode(outer, bits, 6, bits_of_t(offset));
}

Text inside_hex(const Run& outer) {
  std::string bits;
  for (const Symbol& symbol : outer.symbols) {
    bits += bits_of(std::stoul(std::string(1, symbol.value), nullptr, 16), 4);
  }
  return decode(outer, bits, 4, 0);
}

}  // namespace cflt::reference
