// Gzip in and out: members of any shape, in any pieces, whole or damaged.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "daemon/compression/gzip_reader.h"
#include "daemon/compression/gzip_writer.h"
#include "tests/daemon/compression/gzip_maker.h"

namespace cflt::compression {
namespace {

using test::gzip_header;
using test::gzip_member;
using test::GzipFields;

/// What a reader makes of a stream.
struct Read {
  std::string plain;
  std::string problem;  // empty: none
  std::uint64_t offset = 0;

  bool operator==(const Read&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Read& read) {
  return out << read.plain.size() << " bytes, " << read.problem << " at "
             << read.offset;
}

/// Takes all that is there of the reader's input. False: there is an error.
bool drain(GzipReader& reader, std::size_t room, Read& read) {
  std::vector<char> bytes(room);
  for (;;) {
    const auto count = reader.read(bytes);
    if (!count.has_value()) {
      read.problem = count.error().message();
      return false;
    }
    if (*count == 0) return true;
    read.plain.append(bytes.data(), *count);
  }
}

/// The stream in pieces of these sizes in turn, read to `room` bytes at a time.
Read read_in(const std::string& stream, const std::vector<std::size_t>& sizes,
             std::size_t room = 1 << 16) {
  GzipReader reader;
  Read read;
  std::size_t at = 0;
  for (std::size_t turn = 0; at < stream.size(); ++turn) {
    const std::size_t size =
        std::min(sizes[turn % sizes.size()], stream.size() - at);
    reader.feed({stream.data() + at, size});
    at += size;
    if (!drain(reader, room, read)) break;
  }
  if (read.problem.empty() && reader.finish()) {
    read.problem = reader.finish().message();
  }
  read.offset = reader.offset();
  return read;
}

Read read_whole(const std::string& stream) {
  return read_in(stream, {stream.size() + 1});
}

std::string lines(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) {
    text += "line " + std::to_string(i * i) + "\n";
  }
  return text.substr(0, size);
}

std::string compressed(const std::string& plain, std::size_t size = 1 << 20) {
  std::string bytes;
  GzipWriter writer([&bytes](std::span<const char> piece) {
    bytes.append(piece.data(), piece.size());
    return boost::system::error_code();
  });
  for (std::size_t at = 0; at < plain.size(); at += size) {
    EXPECT_FALSE(
        writer.add({plain.data() + at, std::min(size, plain.size() - at)}));
  }
  EXPECT_FALSE(writer.finish());
  return bytes;
}

const std::vector<GzipFields>& all_fields() {
  static const std::vector<GzipFields> kAll = {
      {},
      {"extra", "", "", false},
      {"", "name", "", false},
      {"", "", "comment", false},
      {"", "", "", true},
      {std::string("e\0x", 3), "name", "comment", true}};
  return kAll;
}

TEST(GzipReader, AMemberIsItsPlainBytes) {
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 200'000U}) {
    const std::string plain = lines(size);
    const std::string stream = gzip_member(plain);
    EXPECT_EQ(read_whole(stream), (Read{plain, "", stream.size()}));
  }
}

TEST(GzipReader, EachFieldOfAHeaderIsSkipped) {
  for (const GzipFields& fields : all_fields()) {
    const std::string stream = gzip_member("plain", fields);
    EXPECT_EQ(read_whole(stream), (Read{"plain", "", stream.size()}));
  }
}

TEST(GzipReader, AnySplitAndAnyRoomGiveTheSame) {
  for (const GzipFields& fields : all_fields()) {
    const std::string stream = gzip_member("first\n", fields) +
                               compressed(lines(300)) + std::string(7, '\0');
    const Read whole = read_whole(stream);
    ASSERT_EQ(whole.problem, "");
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
      ASSERT_EQ(read_in(stream, {cut, stream.size()}), whole) << cut;
    }
    for (const std::size_t room : {1U, 2U, 7U, 300U}) {
      ASSERT_EQ(read_in(stream, {1}, room), whole) << room;
    }
  }
}

TEST(GzipReader, MembersFollowEachOther) {
  const std::string stream =
      gzip_member("one ") + gzip_member("") + compressed("three");
  EXPECT_EQ(read_whole(stream).plain, "one three");
  EXPECT_EQ(read_whole(stream).problem, "");
}

TEST(GzipReader, ZerosBehindAMemberArePadding) {
  const std::string stream = gzip_member("a") + std::string(512, '\0');
  EXPECT_EQ(read_whole(stream), (Read{"a", "", stream.size()}));
  EXPECT_EQ(read_whole(stream + gzip_member("b")).plain, "ab");
}

TEST(GzipReader, GarbageBehindAMemberIsAnErrorWhereItStands) {
  const std::string member = gzip_member("a");
  EXPECT_EQ(read_whole(member + "garbage"),
            (Read{"a", "garbage behind the gzip data", member.size()}));
  EXPECT_EQ(read_whole(member + std::string(3, '\0') + "x").offset,
            member.size() + 3);
}

/// What was there comes out, and the end is an error.
TEST(GzipReader, AStreamThatEndsTooEarlyIsAnErrorWhereverItEnds) {
  for (const std::string& stream :
       {gzip_member(lines(100), all_fields().back()), compressed(lines(500))}) {
    const std::string plain = read_whole(stream).plain;
    for (std::size_t size = 1; size < stream.size(); ++size) {
      const Read read = read_whole(stream.substr(0, size));
      ASSERT_EQ(read.problem, "gzip data ends too early") << size;
      ASSERT_TRUE(plain.starts_with(read.plain)) << size;
    }
  }
}

/// It is an error, or the bit has no meaning (a time, padding in a block).
TEST(GzipReader, ADamagedMemberNeverPassesForOtherBytes) {
  const std::string plain = lines(400);
  for (const std::string& stream : {gzip_member(plain), compressed(plain)}) {
    unsigned errors = 0;
    for (std::size_t at = 0; at < stream.size(); ++at) {
      for (int bit = 1; bit < 256; bit *= 2) {
        std::string damaged = stream;
        damaged[at] = static_cast<char>(damaged[at] ^ bit);
        const Read read = read_whole(damaged);
        errors += read.problem.empty() ? 0 : 1;
        ASSERT_TRUE(!read.problem.empty() || read.plain == plain) << at;
      }
    }
    EXPECT_GT(errors, 7 * stream.size());
  }
}

/// ISA-L counts bytes that were never there where deflate data is random: two
/// of a thousand of these.
TEST(GzipReader, AnErrorNeverStandsBehindTheStream) {
  std::minstd_rand random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string stream = gzip_header();
    for (auto size = 1 + random() % 40; size > 0; --size) {
      stream += static_cast<char>(random() >> 8);
    }
    const Read read = read_in(stream, {1 + random() % stream.size()}, 4096);
    ASSERT_LE(read.offset, stream.size()) << i;
  }
}

TEST(GzipReader, TellsWhatIsWrong) {
  const auto with = [](std::size_t at, char byte) {
    std::string stream = gzip_member("plain");
    stream[at < 100 ? at : stream.size() - 100 + at - 100] = byte;
    return read_whole(stream).problem;
  };
  EXPECT_EQ(with(0, 'x'), "corrupt gzip header");
  EXPECT_EQ(with(1, 'x'), "corrupt gzip header");
  EXPECT_EQ(with(2, 'x'), "unknown compression method in a gzip header");
  EXPECT_EQ(with(3, '\x20'), "corrupt gzip header");
  EXPECT_EQ(with(10, '\x07'), "corrupt gzip data");
  EXPECT_EQ(with(15, 'X'), "corrupt gzip data: checksum or length is wrong");
}

TEST(GzipWriter, IsReadAsWhatWasWrittenHoweverItCame) {
  for (const std::size_t size : {0U, 1U, 1000U, 600'000U}) {
    const std::string plain = lines(size);
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{777}}) {
      const std::string stream = compressed(plain, piece);
      EXPECT_EQ(read_whole(stream), (Read{plain, "", stream.size()}));
    }
  }
}

/// The checksum and the length at its end are those of the plain bytes.
TEST(GzipWriter, EndsWithChecksumAndLength) {
  const std::string plain = lines(5000);
  const std::string stream = compressed(plain);
  EXPECT_EQ(stream.substr(stream.size() - 8),
            test::little_endian(test::crc32_of(plain), 4) +
                test::little_endian(plain.size(), 4));
}

TEST(GzipWriter, GivesTheErrorOfItsOutput) {
  const auto full = boost::system::errc::make_error_code(
      boost::system::errc::no_space_on_device);
  GzipWriter writer([&full](std::span<const char>) { return full; });
  const std::string plain = lines(1000);
  boost::system::error_code error = writer.add({plain.data(), plain.size()});
  if (!error) error = writer.finish();
  EXPECT_EQ(error, full);
}

}  // namespace
}  // namespace cflt::compression
