#include "secret.h"

namespace cflt::reference {

const std::string kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const std::string kHexDigits = "0123456789abcdefABCDEF";

bool is_one_of(char byte, const std::string& bytes) {
  return bytes.find(byte) != std::string::npos;
}

std::string bits_of(size_t number, size_t count) {
  std::string bits;
  for (size_t i = count; i > 0; --i) {
    bits += ((number >> (i - 1)) & 1) != 0 ? '1' : '0';
  }
  return bits;
}

std::string bits_of_byte(char byte) {
  return bits_of(static_cast<unsigned char>(byte), 8);
}

size_t number_of(const std::string& bits) {
  size_t number = 0;
  for (char bit : bits) number = number * 2 + (bit == '1' ? 1 : 0);
  return number;
}

std::string base64_of_bits(std::string bits) {
  while (bits.size() % 6 != 0) bits += '0';
  std::string text;
  for (size_t i = 0; i < bits.size(); i += 6) {
    text += kAlphabet[number_of(bits.substr(i, 6))];
  }
  return text;
}

uint32_t crc32(const std::string& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      const bool carry = (crc & 1) != 0;
      crc >>= 1;
      if (carry) crc ^= 0xEDB88320;
    }
  }
  return ~crc;
}

std::string check_of(const std::string& body) {
  const uint32_t crc = crc32(body);
  std::string bits;
  for (int shift : {0, 8, 16, 24}) bits += bits_of((crc >> shift) & 0xFF, 8);
  return base64_of_bits(bits).substr(0, kCheckSymbols);
}

}  // namespace cflt::reference
