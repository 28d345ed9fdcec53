#include "daemon/filter/file_type.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>

namespace cflt::filter {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  FileType type;
  std::size_t at = 0;
  char any = '\0';  // a byte of `bytes` that stands for every other
};

// Of each format's specification; those that have none, of their source.
constexpr std::array kMagics = {
    Magic{"\x1f\x8b\x08"sv, {"gzip data", true, true}},
    Magic{"\x28\xb5\x2f\xfd"sv, {"zstd data", true, true}},
    Magic{"?\x2a\x4d\x18"sv, {"zstd data", true, true}, 0, '?'},
    Magic{"\xfd"
          "7zXZ\0"sv,
          {"xz data", true}},
    Magic{"BZh?1AY&SY"sv, {"bzip2 data", true}, 0, '?'},
    Magic{"BZh?\x17\x72\x45\x38\x50\x90"sv, {"bzip2 data", true}, 0, '?'},
    Magic{"\x04\x22\x4d\x18"sv, {"lz4 data", true}},
    Magic{"\x02\x21\x4c\x18"sv, {"lz4 data", true}},
    Magic{"LZIP\x01"sv, {"lzip data", true}},
    Magic{"\x89LZO\0\r\n\x1a\n"sv, {"lzop data", true}},
    Magic{"\xff\x06\0\0sNaPpY"sv, {"snappy data", true}},
    Magic{"\x1f\x9d"sv, {"compress data", true}},
    Magic{"PK\x03\x04"sv, {"a zip archive", true}},
    Magic{"PK\x05\x06"sv, {"a zip archive", true}},
    Magic{"PK\x07\x08"sv, {"a zip archive", true}},
    Magic{"7z\xbc\xaf\x27\x1c"sv, {"a 7z archive", true}},
    Magic{"Rar!\x1a\x07"sv, {"a rar archive", true}},
    Magic{"%PDF-"sv, {"a PDF document", true}},
    Magic{"PAR1\x15"sv, {"a Parquet file", true}},
    Magic{"Obj\x01"sv, {"an Avro file", true}},
    Magic{"LPKSHHRH"sv, {"a systemd journal", true}},
    Magic{"PACK\0\0\0\x02"sv, {"a git pack", true}},
    Magic{"ustar\0"sv, {"a tar archive", false}, 257},
    Magic{"ustar  \0"sv, {"a tar archive", false}, 257},
    Magic{"!<arch>\n"sv, {"an ar archive", false}},
    Magic{"\x7f"
          "ELF"sv,
          {"an ELF file", false}},
    Magic{"SQLite format 3\0"sv, {"an SQLite database", false}},
    Magic{"JAVA PROFILE 1.0."sv, {"a Java heap dump", false}},
    Magic{"\xca\xfe\xba\xbe"sv, {"a Java class", false}},
    Magic{"ElfFile\0"sv, {"a Windows event log", false}},
    Magic{"MDMP\x93\xa7"sv, {"a minidump", false}},
    Magic{"\xd4\xc3\xb2\xa1"sv, {"a packet capture", false}},
    Magic{"\xa1\xb2\xc3\xd4"sv, {"a packet capture", false}},
    Magic{"\x4d\x3c\xb2\xa1"sv, {"a packet capture", false}},
    Magic{"\xa1\xb2\x3c\x4d"sv, {"a packet capture", false}},
    Magic{
        "\n\r\r\n????\x4d\x3c\x2b\x1a"sv, {"a packet capture", false}, 0, '?'},
    Magic{
        "\n\r\r\n????\x1a\x2b\x3c\x4d"sv, {"a packet capture", false}, 0, '?'},
};

bool is_at(const Magic& magic, std::string_view begin) {
  if (begin.size() < magic.at + magic.bytes.size()) return false;
  return std::ranges::equal(
      magic.bytes, begin.substr(magic.at, magic.bytes.size()),
      [any = magic.any](char wanted, char met) {
        return wanted == met || (any != '\0' && wanted == any);
      });
}

}  // namespace

const FileType* file_type(std::span<const char> begin) {
  const std::string_view text(begin.data(), begin.size());
  const auto magic = std::ranges::find_if(
      kMagics, [text](const Magic& each) { return is_at(each, text); });
  if (magic == kMagics.end()) return nullptr;
  return &magic->type;
}

std::string not_scanned(const FileType& type, bool was_decompressed) {
  if (was_decompressed) {
    return fmt::format("decompressed, it is {}; what it holds was not scanned",
                       type.name);
  }
  return fmt::format("is {}; what it holds was not scanned{}", type.name,
                     type.is_decompressed_by_z ? " (-z decompresses it)" : "");
}

void FileTypeFinder::add_first(std::span<const char> bytes) {
  const std::size_t count = std::min(bytes.size(), kFileTypeBytes - size_);
  std::copy_n(bytes.begin(), count, first_.begin() + size_);
  size_ += count;
  type_ = file_type({first_.data(), size_});
  // They may be a secret, and are of no use any more.
  if (size_ == kFileTypeBytes) explicit_bzero(first_.data(), first_.size());
}

}  // namespace cflt::filter
