// Section 1 of docs/language.md: the secret, its check, and base64 by hand.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace cflt::reference {

constexpr size_t kBodySymbols = 54;
constexpr size_t kCheckSymbols = 6;
// Behind `cflt`.
constexpr size_t kSymbols = kBodySymbols + kCheckSymbols;

// The 64 symbols, in the order of base64.
extern const std::string kAlphabet;
extern const std::string kHexDigits;  // in either case

bool is_one_of(char byte, const std::string& bytes);

// Bits are text of `0` and `1`, the highest first.

// The lowest `count` bits of a number.
std::string bits_of(size_t number, size_t count);
std::string bits_of_byte(char byte);
size_t number_of(const std::string& bits);

// A last group of fewer than 6 bits is filled up with zeros; no padding.
std::string base64_of_bits(std::string bits);

// IEEE, reflected, as in zlib.
uint32_t crc32(const std::string& bytes);

// The 6 symbols that belong to a body of 54.
std::string check_of(const std::string& body);

}  // namespace cflt::reference
