// The files to look into: the paths that were named, and what stands below
// them, in a fixed order: as named, and by name within a directory.
//
// Nothing is ignored. Symbolic links are followed where they are named, not
// inside a walk: what they point to is in the tree, or nobody asked for it.
// Directories are read by descriptor, so that one that is renamed or replaced
// meanwhile leads nowhere else. Belongs to one thread at a time.
#pragma once

#include <dirent.h>
#include <sys/types.h>

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cflt::find {

/// An open directory; open as long as somebody has files of it to read.
class Directory {
 public:
  /// Takes the stream over.
  explicit Directory(DIR* stream) : stream_(stream) {}
  ~Directory() { ::closedir(stream_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  DIR* stream() const { return stream_; }
  int fd() const { return ::dirfd(stream_); }

 private:
  DIR* stream_;
};

/// A step of the walk.
struct WalkItem {
  enum class Kind {
    kNamed,    // to be opened by `path`; `reason` where that failed already
    kFile,     // `name` in `directory`; no other than a regular file
    kProblem,  // met in the walk and not looked into: `reason`
  };
  Kind kind;
  std::string path;
  std::shared_ptr<const Directory> directory;
  std::string name;
  std::string reason;
};

class Walker {
 public:
  explicit Walker(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  /// The next one, or the end.
  std::optional<WalkItem> next();

  /// Symbolic links met, and not followed.
  std::uint64_t link_count() const { return link_count_; }

 private:
  struct Entry {
    std::string name;
    unsigned char type;
  };
  /// A directory that is being walked.
  struct Level {
    std::shared_ptr<const Directory> directory;
    std::string path;  // with a slash at its end
    dev_t device;
    ino_t inode;
    std::vector<Entry> entries;  // the next one last
  };

  /// In the place of an errno: one of its own parents.
  static constexpr int kInItself = -1;
  static constexpr int kProc = -2;

  std::optional<WalkItem> take_named(const std::string& path);
  std::optional<WalkItem> take_entry(Level& level);
  int enter(int parent, const std::string& name, const std::string& path,
            int flags);
  static int list(Level& level);
  bool is_in_itself(dev_t device, ino_t inode) const;

  std::vector<std::string> paths_;
  std::size_t next_path_ = 0;
  std::vector<Level> levels_;
  std::uint64_t link_count_ = 0;
};

/// What a file of this type (S_IFMT) is called; empty for a regular one.
std::string special_type(mode_t mode);

}  // namespace cflt::find
