// A file that takes the place of another one, whole or not at all.
//
//   1. written beside it, as .cflt-redact-XXXXXXXX, for its owner only
//   2. given the other's owner, mode, attributes and times, and synced
//   3. exchanged with it: each has the other's name
//   4. the other, under the temporary name, is removed or kept; or, where
//      somebody opened it for writing meanwhile, exchanged back
//
// Why it is an exchange, and what the leases prove: docs/decisions/in_place.md.
// Until replace() succeeds, the destructor removes what was written.
#pragma once

#include <sys/stat.h>

#include <boost/system/result.hpp>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "daemon/base/descriptor.h"

namespace cflt::in_place {

/// What is said of a file that somebody writes while it is to be replaced.
inline constexpr const char* kChanged =
    "changed meanwhile; it is left as it was";

/// A regular file, open for reading, and a promise of the kernel to tell when
/// somebody else opens it for writing (a read lease, fcntl(2)).
class LeasedFile {
 public:
  enum class Refusal { kNone, kOpenElsewhere, kNotOurs };

  LeasedFile(base::Descriptor descriptor, const struct stat& status)
      : descriptor_(std::move(descriptor)), status_(status) {}

  /// Where the file system has no leases, times and size must do.
  Refusal take_lease();
  /// Nobody has opened it for writing, as far as can be known. `renamed`: the
  /// change time says nothing, because we moved it.
  bool is_unchanged(bool renamed) const;

  int fd() const { return descriptor_.get(); }
  const struct stat& status() const { return status_; }

 private:
  base::Descriptor descriptor_;
  struct stat status_;
  bool leased_ = false;
};

/// What went wrong, for the user. Empty: nothing.
using Problem = std::string;

class ReplacementFile {
 public:
  /// Makes an empty one beside `path`. Where that is sparse, so is this.
  static boost::system::result<ReplacementFile> beside(const std::string& path,
                                                       bool is_sparse);
  ReplacementFile(ReplacementFile&& other) noexcept;
  ~ReplacementFile();

  /// Takes the first `count` bytes of the file `from`, as long as `may_go_on`;
  /// else ECANCELED.
  boost::system::error_code copy(int from, std::uint64_t count,
                                 const std::function<bool()>& may_go_on);

  /// Where to write.
  int fd() const { return written_.get(); }

  /// Lets the disk begin with what was written since: less is to be waited for
  /// in the end. To be called often.
  boost::system::error_code write_back();

  /// Takes the place of `original`, which is removed, or gets the name
  /// path + `suffix`.
  Problem replace(const LeasedFile& original, const std::string& suffix);

 private:
  ReplacementFile(base::Descriptor folder, std::string name, bool is_sparse)
      : folder_(std::move(folder)),
        name_(std::move(name)),
        is_sparse_(is_sparse) {}

  boost::system::error_code dig_new_holes();

  Problem adopt(const LeasedFile& original, int fd);
  Problem give_up(const LeasedFile& written, const Problem& reason);
  Problem dispose(const std::string& suffix);
  bool names(const std::string& name, const LeasedFile& file) const;
  boost::system::error_code exchange() const;

  base::Descriptor folder_;
  base::Descriptor written_;
  std::string name_;       // of the file that is replaced, in the folder
  std::string temporary_;  // empty: there is none to remove
  bool is_sparse_;
  off_t written_back_ = 0;
  off_t dug_ = 0;  // up to here there are holes for zeros
};

}  // namespace cflt::in_place
