// What a file is that is more than text, by its first bytes.
//
// Text may begin with anything, NULs and UTF-16 among it: only a magic number
// that no text has by chance makes a file one of these.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cflt::filter {

struct FileType {
  std::string_view name;  // with its article: "a tar archive"
  /// Its content, or a part of it, is compressed: a scan of its bytes proves
  /// nothing.
  bool is_packed;
  bool is_decompressed_by_z = false;
};

/// As many bytes as decide: tar's magic number stands at 257.
inline constexpr std::size_t kFileTypeBytes = 265;

/// What to say of an input that was not scanned, behind its name.
std::string not_scanned(const FileType& type, bool was_decompressed);

/// Its type, which lives for ever; nullptr: none of these.
const FileType* file_type(std::span<const char> begin);

/// Learns a stream's type from its first bytes, however they come.
class FileTypeFinder {
 public:
  void add(std::span<const char> bytes) {
    if (size_ < kFileTypeBytes && type_ == nullptr) add_first(bytes);
  }
  const FileType* type() const { return type_; }

 private:
  void add_first(std::span<const char> bytes);

  std::array<char, kFileTypeBytes> first_;
  std::size_t size_ = 0;
  const FileType* type_ = nullptr;
};

}  // namespace cflt::filter
