// The outputs of a child: two pipes, one where stdout and stderr are one file
// for us already (so their order stays), or a terminal.
#pragma once

#include <deque>
#include <optional>

#include "daemon/base/exit_code.h"
#include "daemon/exec/child.h"
#include "daemon/exec/child_stream.h"
#include "daemon/exec/exec_options.h"
#include "daemon/exec/terminal.h"

namespace cflt::exec {

class ChildStreams {
 public:
  /// Both outlive it. `terminal` may be null.
  ChildStreams(const ExecOptions& options, ChildTerminal* terminal);
  /// Waits for its threads: the child's ends are closed.
  ~ChildStreams() { events_.ended.set(); }

  /// Opens all that is needed, before there is a child. An exit code where
  /// that fails; it was told why.
  std::optional<base::ExitCode> prepare();
  /// What the child is to be started with.
  const ChildPlan& plan() const { return plan_; }
  /// Starts to read.
  void start();
  /// The child has its ends, or there is none: closes them here.
  void close_its_ends();

  StreamEvents& events() { return events_; }
  bool are_done() const;
  /// The worst of them.
  ChildStream::Failure failure() const;

  void tell_discarded();
  /// Of all of them together.
  filter::Statistics statistics() const;
  /// The same while they run, without lines. For other threads.
  filter::Statistics live_statistics() const;

 private:
  void add(base::Descriptor input, filter::Output output);
  std::optional<base::ExitCode> add_pipe(filter::Output output, int& its_end);

  const ExecOptions& options_;
  ChildTerminal* terminal_;
  stream::Rules rules_;
  scan::FamilySet families_;
  scan::DatabaseSource database_;
  StreamEvents events_;
  std::deque<ChildStream> streams_;
  std::deque<base::Descriptor> its_ends_;
  ChildPlan plan_;
};

}  // namespace cflt::exec
