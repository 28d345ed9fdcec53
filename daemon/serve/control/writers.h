// The threads that write to files and stdout, one for each such sink.
//
//   prepare()  a writer for each sink of new settings: the one that serves it
//              already, or another, which waits for those before it at that
//              path
//   commit()   the new ones are in force; the others end when no worker's sink
//   writes
//              by them any more
//
// A writer is asked to stop as soon as its last sink has let go of it,
// whichever thread that is, and is joined here when it has: a disk that hangs
// stops nobody. Belongs to the control thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "daemon/base/error.h"
#include "daemon/serve/control/new_file.h"
#include "daemon/serve/sink/file_writer.h"
#include "daemon/serve/worker/sink_factory.h"

namespace cflt::serve::control {

class Writers {
 public:
  /// From any thread: `on_broken` is called when stdout's reader has gone,
  /// `on_unused` when nobody writes by a writer any more, which end_unused() is
  /// to be called for.
  Writers(std::function<void()> on_broken, std::function<void()> on_unused)
      : on_broken_(std::move(on_broken)), on_unused_(std::move(on_unused)) {}
  ~Writers() { end(); }
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  /// What a reload needs; destroyed without commit(), it leaves no file and no
  /// thread behind.
  struct Change {
    worker::FileWriters writers;
    std::vector<NewFile> new_files;
  };
  base::Result<Change> prepare(const std::vector<config::Sink>& sinks);
  /// What the workers get.
  const worker::FileWriters& commit(Change change);

  /// Ends all of them, whatever is not written yet. What waits to be written
  /// goes with them, where no sink holds them.
  void end();

  /// Calls writers that nobody uses out of a write that blocks, and joins those
  /// that have ended. Also now and then: one call may come a moment too early.
  void end_unused();
  std::size_t count() const { return owned_.size(); }

 private:
  using Writer = std::shared_ptr<sink::FileWriter>;

  struct Owned {
    std::string path;  // empty: stdout
    Writer writer;
  };

  base::Result<Writer> make(const config::Sink& sink);
  std::vector<sink::FileWriter::Life> lives_at(const std::string& path) const;

  std::function<void()> on_broken_;
  std::function<void()> on_unused_;
  std::vector<Owned> owned_;     // all whose threads may run
  worker::FileWriters current_;  // of the settings
};

}  // namespace cflt::serve::control
