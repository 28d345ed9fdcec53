#include "core/stream/window.h"

#include <gtest/gtest.h>

#include "core/canary/canary.h"
#include "core/stream/stream.h"

namespace cflt::stream {
namespace {

/// A stream whose buffer a test can look into.
class WindowTest : public testing::Test {
 protected:
  static constexpr std::size_t kChunk = 4096;

  void feed(const std::string& bytes) {
    std::copy(bytes.begin(), bytes.end(), window_.room().begin());
    const Bytes view = window_.filled(bytes.size());
    const auto pieces = stream_.feed(view, window_.fresh_at());
    window_.keep(stream_.keep(), pieces);
  }
  /// The whole buffer, what is kept in front of the room included.
  std::string memory() { return {window_.room().data() - 512, 512 + kChunk}; }

  Rules rules_{Options()};
  scan::Scanner scanner_{
      scan::Scanner::make(forms::families(rules_.options.forms), nullptr)
          .value()};
  Stream stream_{rules_, scanner_};
  Window window_{kChunk};
};

TEST_F(WindowTest, KeptBytesStandInFrontOfTheNext) {
  feed("password=cfltabc");
  EXPECT_EQ(window_.fresh_at(), 10U);  // the context, with "abc" in it
  const Bytes view = window_.filled(0);
  EXPECT_EQ(std::string(view.data(), view.size()), "rd=cfltabc");
}

TEST_F(WindowTest, OfAListMoreIsKept) {
  feed("data: 1, 2, 3, 4, 5, 6, 7, ");
  EXPECT_EQ(window_.fresh_at(), 25U);  // from the word's `t` on
}

TEST_F(WindowTest, ReadsGoToTheSameAlignedPlace) {
  const char* room = window_.room().data();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(room) % 64, 0U);
  feed("k=cfltabc");
  EXPECT_EQ(window_.room().data(), room);
}

TEST_F(WindowTest, SecretIsOverwrittenOnceItsMaskHasLeft) {
  const std::string secret = canary::Canaries(1).next_secret();
  feed("k=" + secret + " and more text behind it");
  EXPECT_EQ(memory().find(secret.substr(8, 8)), std::string::npos);
  EXPECT_EQ(memory().find(secret.substr(50, 8)), std::string::npos);
}

TEST_F(WindowTest, SecretInTwoChunksIsOverwrittenToo) {
  const std::string secret = canary::Canaries(2).next_secret();
  feed("k=" + secret.substr(0, 40));
  EXPECT_NE(memory().find(secret.substr(8, 8)), std::string::npos);
  feed(secret.substr(40) + " and more text behind it");
  EXPECT_EQ(memory().find(secret.substr(8, 8)), std::string::npos);
  EXPECT_EQ(memory().find(secret.substr(44, 8)), std::string::npos);
}

}  // namespace
}  // namespace cflt::stream
