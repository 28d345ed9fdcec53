// A sink that takes everything: to try the daemon on copied traffic.
#pragma once

#include "daemon/serve/sink/sink.h"

namespace cflt::serve::sink {

class BlackholeSink : public Sink {
 public:
  using Sink::Sink;

  void start() override { set_is_up(true); }
  void stop() override { set_is_up(false); }

 private:
  void flush() override {
    while (!outbox().empty()) {
      std::size_t size = 0;
      for (const Outgoing& piece : outbox().gather()) {
        size += piece.bytes().size();
      }
      outbox().wrote(size);
    }
    account();
  }
};

}  // namespace cflt::serve::sink
