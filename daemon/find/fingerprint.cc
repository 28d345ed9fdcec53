#include "daemon/find/fingerprint.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace cflt::find {
namespace {

/// Domain and anchor. The NUL at the end of the first is part of it.
constexpr std::string_view kPrefix("cflt-redact fingerprint v1\0cflt", 31);
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kShownBytes = 8;

/// Fetched once: EVP_sha256() looks it up at each use.
const EVP_MD* sha256() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

}  // namespace

std::string fingerprint(const std::array<char, secret::kSymbolCount>& symbols) {
  std::array<char, kPrefix.size() + secret::kSymbolCount> text;
  std::copy(symbols.begin(), symbols.end(),
            std::copy(kPrefix.begin(), kPrefix.end(), text.begin()));
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

}  // namespace cflt::find
