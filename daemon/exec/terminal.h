// A pseudo-terminal for a child, and our own terminal in front of it.
//
//   keyboard ──▶ our stdin (raw) ──▶ pseudo-terminal ──▶ child
//
// Line editing, echo and Ctrl-C are the pseudo-terminal's business. Where our
// stdin is no terminal, the child keeps it, and nothing is passed on.
#pragma once

#include <boost/system/result.hpp>
#include <thread>

#include "daemon/exec/event.h"

namespace cflt::exec {

class ChildTerminal {
 public:
  /// Opens one, of the size and the settings of ours. `to_stdout`: what the
  /// child prints goes there. Throws std::system_error.
  explicit ChildTerminal(bool to_stdout);
  /// Puts our terminal back into its mode.
  ~ChildTerminal();

  /// The child's end, to be closed when the child has it.
  int its_end() const { return its_end_.get(); }
  void close_its_end() { its_end_.close(); }
  /// Another descriptor of our end, to read what the child prints.
  boost::system::result<base::Descriptor> output() const;

  bool takes_stdin() const { return takes_stdin_; }
  /// Our terminal becomes raw, and what is typed goes to the child from now
  /// on. A thread of its own, until the end of this object. Where the kernel
  /// does not tell our session that the terminal is gone, it sends us SIGHUP.
  void connect();

  /// Our terminal has another size, maybe.
  void resize() const;
  /// We were stopped; a shell may have changed our terminal.
  void resume() const;

  /// What the destructor does, for a signal handler that ends us.
  static void restore() noexcept;

 private:
  void pass_on();
  void hang_up() const;

  bool takes_stdin_;
  bool controls_us_;
  base::Descriptor our_end_;
  base::Descriptor its_end_;
  Event stop_;
  std::thread thread_;
};

}  // namespace cflt::exec
