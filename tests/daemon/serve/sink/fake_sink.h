// A sink that writes what it is allowed to.
#pragma once

#include <string>

#include "daemon/serve/sink/sink.h"

namespace cflt::serve::sink {

class FakeSink : public Sink {
 public:
  using Sink::Sink;

  void start() override { started = true; }
  void stop() override { stopped = true; }
  void finish() override { finishing = true; }
  void reopen() override { ++times_reopened; }

  /// Writes everything.
  void let_go() {
    open_ = true;
    flush();
    open_ = false;
  }
  void stay_open() { open_ = true; }

  bool started = false;
  bool stopped = false;
  bool finishing = false;
  int times_reopened = 0;
  bool is_slow = false;  // behind, where it is not empty
  int times_asked = 0;   // by a source that waits

 private:
  bool is_behind() const override { return is_slow; }
  void source_waits() override { ++times_asked; }
  void flush() override {
    while (open_ && !outbox().empty()) {
      std::size_t size = 0;
      for (const Outgoing& piece : outbox().gather()) {
        size += piece.bytes().size();
      }
      outbox().wrote(size);
    }
    account();
  }

  bool open_ = false;
};

}  // namespace cflt::serve::sink
