// A sink that takes everything: to try the daemon on copied traffic.
#pragma once

#include "daemon/serve/sink_port.h"

namespace cflt::daemon {

class BlackholeSink : public SinkPort {
 public:
  using SinkPort::SinkPort;

  void start() override { counters().up.set(1); }
  void stop() override { counters().up.set(0); }

 private:
  void flush() override {
    while (!outbox().empty()) {
      std::size_t size = 0;
      for (const Bytes& piece : outbox().gather()) size += piece.size();
      outbox().wrote(size);
    }
    account();
  }
};

}  // namespace cflt::daemon
