// Where released bytes go: stdout, a file, or nowhere.
#pragma once

#include <sys/stat.h>
#include <sys/uio.h>

#include <array>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <span>
#include <string>

#include "core/redact/redactor.h"
#include "daemon/base/descriptor.h"

namespace cflt::filter {

class Output {
 public:
  /// Stdout.
  static Output standard();
  /// Stderr.
  static Output standard_error();
  /// A sink that takes everything and writes nothing.
  static Output discard();
  /// An open descriptor, which outlives it.
  static Output onto(int fd, const std::string& name);
  /// `path`, made where it is not there; it keeps its content until empty().
  /// Each write goes to its end: where somebody else cuts it short, as
  /// logrotate's copytruncate does, no hole is left.
  static boost::system::result<Output> open(const std::string& path);

  /// Drops what a file holds, once it is known to be no input.
  boost::system::error_code empty();

  /// Writes all pieces, in as few calls as it takes.
  boost::system::error_code write(std::span<const Outgoing> pieces);

  /// What write() could not know: a full or remote disk may fail only here.
  boost::system::error_code close();

  /// True where this is the regular file that is written to: as an input it
  /// would feed on itself.
  bool is_file(const struct stat& status) const;

  int fd() const { return descriptor_.get(); }
  const std::string& name() const { return name_; }

 private:
  static constexpr std::size_t kBatchCount = 1024;  // IOV_MAX of Linux

  Output(base::Descriptor descriptor, std::string name)
      : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  boost::system::error_code write_batch(std::span<iovec> batch);

  base::Descriptor descriptor_;  // -1: discard
  std::string name_;
};

}  // namespace cflt::filter
