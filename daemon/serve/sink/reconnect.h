// When a sink connects, to which of its name's addresses, and when again.
//
//          start()       connected()
//   down ─────────▶ connecting ──▶ up           stop(), in any state:
//    ▲  no address is left │       │ lost()     stopped, for good
//    └─────────────────────┴───────┘
//          kWait, then start()
//
//                          a stream           datagrams
//   an attempt tries       all addresses      the next address in turn
//   worked() is called when a byte was sent    the socket is open
//
// Within connecting, resolved() and attempt_failed() answer kTry, or kWait.
// Each call returns what its caller has to do. An event that does not belong
// to the state changes nothing, and answers kNothing. Reconnect has no sockets
// and no clock. It belongs to one thread.
#pragma once

#include <cstddef>

#include "daemon/serve/loop/backoff.h"

namespace cflt::serve::sink {

class Reconnect {
 public:
  using Duration = loop::Backoff::Duration;

  /// Which addresses of a name one attempt tries.
  enum class Tries { kAll, kNext };

  struct Action {
    enum class What { kNothing, kResolve, kTry, kWait };

    What what = What::kNothing;
    std::size_t address = 0;  // kTry: its index among those of resolved()
    Duration delay{0};        // kWait: until start() is to be called
    bool operator==(const Action&) const = default;
  };

  Reconnect(Tries tries, Duration initial, Duration max)
      : tries_(tries), backoff_(initial, max) {}

  /// The sink starts, or a delay has passed.
  Action start();
  /// The name has `count` addresses; 0 where it could not be resolved.
  Action resolved(std::size_t count);
  /// There is no connection to the address that was tried.
  Action attempt_failed();
  void connected();
  /// The connection is as good as hoped: the next delay is the first again.
  void worked() { backoff_.reset(); }
  /// The connection is gone.
  Action lost();
  void stop() { state_ = State::kStopped; }

  /// A reload: the delays from the next one on.
  void set_delays(Duration initial, Duration max) {
    backoff_ = loop::Backoff(initial, max);
  }

  bool is_up() const { return state_ == State::kUp; }
  bool is_stopped() const { return state_ == State::kStopped; }

 private:
  enum class State { kDown, kConnecting, kUp, kStopped };

  Action try_next();
  Action wait();

  Tries tries_;
  loop::Backoff backoff_;
  State state_ = State::kDown;
  std::size_t address_ = 0;  // the next to be tried
  std::size_t left_ = 0;     // addresses that this attempt may try
  std::size_t turns_ = 0;    // attempts with an address, of Tries::kNext
};

}  // namespace cflt::serve::sink
