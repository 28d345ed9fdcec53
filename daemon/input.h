// Where bytes come from: stdin, or files as one stream.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "daemon/descriptor.h"

namespace cflt::daemon {

class Input {
 public:
  /// Opens `path`; "-" is stdin. Directories are refused here, so that no
  /// output is begun for them.
  static boost::system::result<Input> open(const std::string& path);

  /// An open file, read from where it stands. Where it has nothing yet, read()
  /// fails in place of waiting (EAGAIN, for a descriptor that does not block).
  static Input adopt(Descriptor descriptor, std::string name);

  /// Reads what is there, at least one byte; 0 at the end.
  boost::system::result<std::size_t> read(std::span<char> room);

  int fd() const { return descriptor_.get(); }
  const std::string& name() const { return name_; }

 private:
  Input(Descriptor descriptor, std::string name)
      : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  Descriptor descriptor_;
  std::string name_;
  bool waits_ = true;
};

/// The size of the regular file at `path`, or nothing.
boost::system::result<std::uint64_t> file_size(const std::string& path);

}  // namespace cflt::daemon
