// The end of a sink's stream, so that nothing is lost on the way.
//
//   finish()                     nothing is pushed any more
//      │
//   end_our_side(): true         all is written: the caller calls shutdown()
//      │
//      ├── peer_ended(): true    the peer has ended its side, too
//      │
//   may_close(): true            the peer's kernel has all; where the peer
//                                speaks, a second later
//
// What a peer sends after our close is answered with a reset, which would drop
// what its kernel does not have yet. finish() is for good, all else is of one
// connection: a new one ends its side anew.
//
// StreamEnd has no socket and no clock. It belongs to one thread.
#pragma once

#include <chrono>
#include <optional>

namespace cflt::serve::sink {

class StreamEnd {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Nothing will be written but what is queued.
  void finish() { is_finishing_ = true; }
  /// There is a new connection.
  void connected();

  /// All that was queued is written. True once in a connection, after finish():
  /// the caller ends its side now.
  bool end_our_side();

  /// The peer has sent something; nobody asked it to.
  void peer_spoke() { peer_speaks_ = true; }
  bool peer_speaks() const { return peer_speaks_; }
  /// The peer has ended its side, or the connection has failed. True where ours
  /// had ended before: the stream is over. False: the connection is lost.
  bool peer_ended();

  /// The peer's kernel has all that was written, and still has at each later
  /// call. True: the connection may be closed. `now` does not go back.
  bool may_close(Time now);

 private:
  bool is_finishing_ = false;
  bool has_ended_ = false;
  bool peer_speaks_ = false;
  std::optional<Time> acknowledged_at_;
};

}  // namespace cflt::serve::sink
