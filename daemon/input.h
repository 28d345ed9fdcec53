// Where bytes come from: stdin, or files as one stream; plain, or out of gzip.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "daemon/descriptor.h"
#include "daemon/gzip/gzip_reader.h"

namespace cflt::daemon {

/// kGzip: what begins as gzip is decompressed, all else passes as it is.
enum class Decompress { kNo, kGzip };

class Input {
 public:
  /// Opens `path`; "-" is stdin. Directories are refused here, so that no
  /// output is begun for them.
  static boost::system::result<Input> open(
      const std::string& path, Decompress decompress = Decompress::kNo);
  /// Reads an open file from where it stands.
  Input(Descriptor descriptor, std::string name, Decompress decompress);

  /// An open file, read from where it stands. Where it has nothing yet, read()
  /// fails in place of waiting (EAGAIN, for a descriptor that does not block).
  static Input adopt(Descriptor descriptor, std::string name,
                     Decompress decompress);

  /// Reads what is there, at least one byte; 0 at the end.
  boost::system::result<std::size_t> read(std::span<char> room);

  int fd() const { return descriptor_.get(); }
  const std::string& name() const { return name_; }
  /// Its name, for gzip with the compressed bytes that were read: "F: byte 12".
  std::string place() const;
  /// Known once something was read.
  bool is_gzip() const { return gzip_ != nullptr; }

 private:
  struct Gzip;
  struct Wipe {
    void operator()(Gzip* gzip) const;
  };

  boost::system::result<std::size_t> read_raw(std::span<char> room);
  boost::system::result<std::size_t> read_first(std::span<char> room);
  boost::system::result<std::size_t> read_gzip(std::span<char> room);

  Descriptor descriptor_;
  std::string name_;
  bool waits_ = true;
  bool undecided_;  // nothing was read that says whether it is gzip
  std::unique_ptr<Gzip, Wipe> gzip_;
};

/// The size of the regular file at `path`, or nothing.
boost::system::result<std::uint64_t> file_size(const std::string& path);

}  // namespace cflt::daemon
