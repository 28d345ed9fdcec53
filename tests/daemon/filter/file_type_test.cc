// What a file is by its first bytes; tests/e2e/file_types_test.py asks the same
// of files that the formats' own tools made.
#include "daemon/filter/file_type.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::filter {
namespace {

using namespace std::string_literals;

std::string name_of(const std::string& begin) {
  const FileType* type = file_type({begin.data(), begin.size()});
  return type == nullptr ? "" : std::string(type->name);
}

std::string tar_header() {
  std::string header(512, '\0');
  header.replace(0, 7, "app.log");
  header.replace(257, 8, "ustar\00000"s);
  return header;
}

TEST(FileType, TextIsNoneWhateverItBeginsWith) {
  for (const std::string& text :
       {""s, "P"s, "PK"s, "PAR1 is a word"s, "BZh9 too"s, "Obj 1"s,
        "\0\0\0\0\0\0\0\0pw="s, "\xff\xfeP\0w\0"s, "\xfe\xff\0P"s,
        "\xef\xbb\xbfpw"s, "\x1b[32mpw"s, "LZIP 1"s, "(\xb5"s,
        "SQLite format 3 is read"s, "\x1f\x8b"s, "\n\r\r\n<13>app"s}) {
    EXPECT_EQ(name_of(text), "") << text;
  }
}

TEST(FileType, AnyByteStandsForTheLevelOfBzip2) {
  EXPECT_EQ(name_of("BZh11AY&SY"), "bzip2 data");
  EXPECT_EQ(name_of("BZh91AY&SY"), "bzip2 data");
  EXPECT_EQ(name_of("BZh91AY&SZ"), "");
}

TEST(FileType, IsFoundHoweverTheFirstBytesCome) {
  for (const std::string& bytes : {tar_header(), "PK\x03\x04 and more"s}) {
    for (const std::size_t piece : {1U, 3U, 257U, 600U}) {
      FileTypeFinder finder;
      for (std::size_t at = 0; at < bytes.size(); at += piece) {
        finder.add({bytes.data() + at, std::min(piece, bytes.size() - at)});
      }
      ASSERT_NE(finder.type(), nullptr) << piece;
      EXPECT_EQ(finder.type()->name, name_of(bytes));
    }
  }
}

TEST(FileType, IsOfTheFirstBytesOnly) {
  FileTypeFinder finder;
  const std::string text(300, 'x');
  finder.add({text.data(), text.size()});
  const std::string zip = "PK\x03\x04";
  finder.add({zip.data(), zip.size()});
  EXPECT_EQ(finder.type(), nullptr);
}

}  // namespace
}  // namespace cflt::filter
