#include "daemon/fingerprints/fingerprint.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace cflt::fingerprints {
namespace {

/// The NUL at its end is part of it.
constexpr std::string_view kDomain("cflt-redact fingerprint v1\0", 27);
constexpr std::string_view kPrefix = "cflt";
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kShownBytes = 8;

/// Fetched once: EVP_sha256() looks it up at each use.
const EVP_MD* sha256() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

}  // namespace

std::string fingerprint(const std::array<char, secret::kSymbolCount>& symbols) {
  std::array<char, kSecretBytes> secret;
  std::copy(symbols.begin(), symbols.end(),
            std::copy(kPrefix.begin(), kPrefix.end(), secret.begin()));
  std::string hex = fingerprint_of(secret);
  OPENSSL_cleanse(secret.data(), secret.size());
  return hex;
}

std::string fingerprint_of(std::span<const char, kSecretBytes> secret) {
  std::array<char, kDomain.size() + kSecretBytes> text;
  std::copy(secret.begin(), secret.end(),
            std::copy(kDomain.begin(), kDomain.end(), text.begin()));
  std::array<unsigned char, kDigestBytes> digest;
  const bool done =
      sha256() != nullptr && EVP_Digest(text.data(), text.size(), digest.data(),
                                        nullptr, sha256(), nullptr) == 1;
  OPENSSL_cleanse(text.data(), text.size());
  if (!done) throw std::runtime_error("SHA-256 is not available");
  std::string hex;
  boost::algorithm::hex_lower(digest.begin(), digest.begin() + kShownBytes,
                              std::back_inserter(hex));
  return hex;
}

}  // namespace cflt::fingerprints
