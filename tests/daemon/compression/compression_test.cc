// Which format a stream has, by its first bytes.
#include "daemon/compression/compression.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::compression {
namespace {

std::optional<Compression> of(const std::string& begin) {
  return compression_of({begin.data(), begin.size()});
}

TEST(Compression, IsToldByItsMagicNumber) {
  EXPECT_EQ(of("\x1f\x8b"), Compression::kGzip);
  EXPECT_EQ(of("\x1f\x8b\x08..."), Compression::kGzip);
  EXPECT_EQ(of("\x28\xb5\x2f\xfd..."), Compression::kZstd);
  EXPECT_EQ(of("\x50\x2a\x4d\x18..."), Compression::kZstd);
  EXPECT_EQ(of("\x5f\x2a\x4d\x18..."), Compression::kZstd);
}

TEST(Compression, IsNoneAsSoonAsNoMagicNumberIsLeft) {
  for (const char* text : {"a", "\x1fx", "(x", "(\xb5x", "P ", "Q*N", "`*M\x18",
                           "(\xb5\x2f\xfc"}) {
    EXPECT_EQ(of(text), Compression::kNone) << text;
  }
}

TEST(Compression, IsOpenWhileOneIsLeft) {
  for (const char* text : {"", "\x1f", "(", "(\xb5\x2f", "P", "Z*M"}) {
    EXPECT_EQ(of(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cflt::compression
