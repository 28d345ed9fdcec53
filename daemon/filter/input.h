// Where bytes come from: stdin, or files as one stream; plain, or decompressed.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "daemon/base/descriptor.h"
#include "daemon/compression/compression.h"
#include "daemon/filter/file_type.h"

namespace cflt::filter {

/// kYes: what begins as a format that a Decoder reads is decompressed, all else
/// passes as it is.
enum class Decompress { kNo, kYes };

class Input {
 public:
  /// Opens `path`; "-" is stdin. Directories are refused here, so that no
  /// output is begun for them.
  static boost::system::result<Input> open(
      const std::string& path, Decompress decompress = Decompress::kNo);
  /// Reads an open file from where it stands.
  Input(base::Descriptor descriptor, std::string name, Decompress decompress);

  /// An open file, read from where it stands. Where it has nothing yet, read()
  /// fails in place of waiting (EAGAIN, for a descriptor that does not block).
  static Input adopt(base::Descriptor descriptor, std::string name,
                     Decompress decompress);

  /// Reads what is there, at least one byte; 0 at the end.
  boost::system::result<std::size_t> read(std::span<char> room);

  /// Bytes of the file itself that were read so far.
  std::uint64_t file_bytes() const { return file_bytes_; }

  int fd() const { return descriptor_.get(); }
  const std::string& name() const { return name_; }
  /// Its name; where it is decompressed, with the compressed bytes that were
  /// read: "F: byte 12".
  std::string place() const;
  /// What it is decompressed from, known once something was read.
  compression::Compression compression() const { return compression_; }
  /// What the bytes that read() gave are more than text; nullptr: nothing.
  const FileType* type() const { return type_.type(); }

 private:
  struct Compressed;
  struct Wipe {
    void operator()(Compressed* compressed) const;
  };

  boost::system::result<std::size_t> read_plain(std::span<char> room);
  boost::system::result<std::size_t> read_raw(std::span<char> room);
  boost::system::result<std::size_t> read_first(std::span<char> room);
  boost::system::result<std::size_t> read_compressed(std::span<char> room);

  base::Descriptor descriptor_;
  std::string name_;
  bool waits_ = true;
  bool undecided_;  // nothing was read that says whether it is compressed
  std::uint64_t file_bytes_ = 0;
  compression::Compression compression_ = compression::Compression::kNone;
  std::unique_ptr<Compressed, Wipe> compressed_;
  FileTypeFinder type_;
};

/// What there is to read of the regular file at `path` ("-": stdin, from where
/// it stands), or nothing.
std::optional<std::uint64_t> bytes_to_read(const std::string& path);

}  // namespace cflt::filter
