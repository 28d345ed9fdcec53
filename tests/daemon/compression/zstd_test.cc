// Zstandard in and out: frames of any number, in any pieces, whole or damaged.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/compression/zstd_reader.h"
#include "daemon/compression/zstd_writer.h"

namespace cflt::compression {
namespace {

using namespace std::string_literals;

struct Read {
  std::string plain;
  std::string problem;  // empty: none
  std::uint64_t offset = 0;
};

Read read_in(const std::string& stream, std::size_t piece,
             std::size_t room = 1 << 16) {
  ZstdReader reader;
  Read read;
  std::vector<char> bytes(room);
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed({stream.data() + at, std::min(piece, stream.size() - at)});
    for (;;) {
      const auto count = reader.read(bytes);
      read.offset = reader.offset();
      if (!count.has_value()) {
        read.problem = count.error().message();
        return read;
      }
      if (*count == 0) break;
      read.plain.append(bytes.data(), *count);
    }
  }
  if (const auto error = reader.finish()) read.problem = error.message();
  return read;
}

std::string lines(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) {
    text += "line " + std::to_string(i * i) + "\n";
  }
  return text.substr(0, size);
}

std::string compressed(const std::string& plain, std::size_t piece = 1 << 20) {
  std::string bytes;
  ZstdWriter writer([&bytes](std::span<const char> written) {
    bytes.append(written.data(), written.size());
    return boost::system::error_code();
  });
  for (std::size_t at = 0; at < plain.size(); at += piece) {
    EXPECT_FALSE(
        writer.add({plain.data() + at, std::min(piece, plain.size() - at)}));
  }
  EXPECT_FALSE(writer.finish());
  return bytes;
}

TEST(Zstd, IsReadAsWhatWasWrittenHoweverItComesAndGoes) {
  for (const std::size_t size : {0U, 1U, 1000U, 600'000U}) {
    const std::string plain = lines(size);
    for (const std::size_t written : {777U, 1U << 20}) {
      const std::string stream = compressed(plain, written);
      for (const std::size_t piece : {1U, 5U, 4096U, 1U << 20}) {
        const Read read = read_in(stream, piece, piece == 5 ? 3 : 1 << 16);
        EXPECT_TRUE(read.plain == plain) << size << " in " << piece;
        EXPECT_EQ(read.problem, "");
        EXPECT_EQ(read.offset, stream.size());
      }
    }
  }
}

/// A skippable frame is a magic number, a length and as many bytes (RFC 8878,
/// 3.1.2).
TEST(Zstd, FramesFollowEachOtherAndSomeAreSkipped) {
  const std::string skipped = "\x50\x2a\x4d\x18\x03\0\0\0abc"s;
  const std::string stream =
      skipped + compressed("one ") + skipped + compressed("two") + skipped;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    const Read read = read_in(stream, piece);
    EXPECT_EQ(read.plain, "one two") << piece;
    EXPECT_EQ(read.problem, "") << piece;
  }
}

TEST(Zstd, AStreamThatEndsTooEarlyIsAnErrorWhereverItEnds) {
  const std::string stream = compressed(lines(3000));
  for (std::size_t size = 1; size < stream.size(); ++size) {
    EXPECT_EQ(read_in(stream.substr(0, size), 100).problem,
              "zstd data ends too early")
        << size;
  }
}

TEST(Zstd, ADamagedFrameNeverPassesForOtherBytes) {
  const std::string plain = lines(400);
  const std::string stream = compressed(plain);
  unsigned errors = 0;
  for (std::size_t at = 0; at < stream.size(); ++at) {
    for (int bit = 1; bit < 256; bit *= 2) {
      std::string damaged = stream;
      damaged[at] = static_cast<char>(damaged[at] ^ bit);
      const Read read = read_in(damaged, 1000);
      errors += read.problem.empty() ? 0 : 1;
      ASSERT_TRUE(!read.problem.empty() || read.plain == plain) << at;
      ASSERT_LE(read.offset, damaged.size());
    }
  }
  EXPECT_GT(errors, 7 * stream.size());
}

TEST(Zstd, GarbageBehindAFrameIsAnError) {
  const Read read = read_in(compressed("plain") + "garbage", 1000);
  EXPECT_EQ(read.plain, "plain");
  EXPECT_EQ(read.problem, "corrupt zstd data: Unknown frame descriptor");
}

/// A frame header by hand (RFC 8878, 3.1.1.1): a window descriptor of 2^28.
TEST(Zstd, AWindowOfMoreThan128MiBIsAnError) {
  const Read read = read_in("\x28\xb5\x2f\xfd\x04\x90\x01\0\0"s, 1000);
  EXPECT_EQ(read.problem,
            "zstd data needs a window of more than 128 MiB; decompress it with "
            "zstd -d --long=31");
}

TEST(Zstd, GivesTheErrorOfItsOutput) {
  const auto full = boost::system::errc::make_error_code(
      boost::system::errc::no_space_on_device);
  ZstdWriter writer([&full](std::span<const char>) { return full; });
  const std::string plain = lines(1000);
  boost::system::error_code error = writer.add({plain.data(), plain.size()});
  if (!error) error = writer.finish();
  EXPECT_EQ(error, full);
}

}  // namespace
}  // namespace cflt::compression
