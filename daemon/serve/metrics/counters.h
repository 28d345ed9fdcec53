// What is counted: each counter is written by one thread and read by any.
//
// Per worker there is a set for each source, each sink, and each pair of them;
// the control thread adds them up when somebody scrapes. In records, for each
// pair: in + split = delivered + dropped + queued, exact when nothing moves.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/forms/form.h"

namespace cflt::serve::metrics {

/// One writer; readers see some recent value.
class Counter {
 public:
  void add(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_relaxed);
  }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// Why a connection ended.
enum class Closed : std::uint8_t {
  kEnd,            // the peer ended it
  kError,          // reset, or another socket error
  kBadFraming,     // RFC 6587: there is no way to find the next frame
  kWrongProtocol,  // TLS, or a PROXY header
  kRecordTimeout,  // the bytes that a count promises did not come
  kIdleTimeout,
  kMemoryLimit,  // had the oldest partial record when memory ran out
  kShutdown,
};
inline constexpr std::array<const char*, 8> kClosedNames = {"end",
                                                            "error",
                                                            "bad_framing",
                                                            "wrong_protocol",
                                                            "record_timeout",
                                                            "idle_timeout",
                                                            "memory_limit",
                                                            "shutdown"};

struct SourceCounters {
  Counter records;
  Counter bytes;
  Counter split;
  Counter truncated;
  Counter partial;
  Counter empty;          // syslog: records that were skipped
  Counter skipped_bytes;  // between frames, of none of them
  Counter lost_bytes;     // thrown away, because no frame was found
  std::array<Counter, forms::kFormCount> found;
  Counter truncated_secrets;
  Counter suspected;
  Counter rejected;
  Counter compressed;     // datagrams, in which nothing can be found
  Counter read_errors;    // of stdin, and of sockets that take datagrams
  Counter oversized;      // datagrams that did not fit, dropped
  Counter not_permitted;  // connections and datagrams, permit_origin
  Counter refused;        // connections over connection_limit
  Counter connections_opened;
  Counter connections_open;
  std::array<Counter, kClosedNames.size()> closed;
  Counter stalled_ns;
  Counter partial_bytes;  // memory held for incomplete records
};

/// Why a record never reached a sink.
enum class Dropped : std::uint8_t {
  kBufferFull,  // when_full: drop_newest, or a datagram source
  kEmpty,       // the sink's framing has no frame for an empty record
  kRefused,     // a datagram that the kernel did not take
  kShutdown,    // not delivered within drain_timeout
  kSelfTest,    // scanning could not be trusted when it came
};
inline constexpr std::array<const char*, 5> kDroppedNames = {
    "buffer_full", "empty", "refused", "shutdown", "self_test"};

/// A source and a sink that reads it.
struct PairCounters {
  Counter delivered;
  Counter queued;
  std::array<Counter, kDroppedNames.size()> dropped;
};

struct SinkCounters {
  Counter bytes;
  Counter retries;
  Counter queue_bytes;
  Counter up;  // 1: connected, or needs no connection
  Counter truncated;
  Counter taken;  // grows with whatever it takes, also of a record's part
};

/// Seconds that redacting a block took, as a Prometheus histogram.
struct ScanHistogram {
  static constexpr std::array<double, 10> kBounds = {
      1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1};
  std::array<Counter, kBounds.size() + 1> buckets;
  Counter sum_ns;

  void observe(std::uint64_t ns) {
    std::size_t i = 0;
    while (i < kBounds.size() && static_cast<double>(ns) > kBounds[i] * 1e9) {
      ++i;
    }
    buckets[i].add(1);
    sum_ns.add(ns);
  }
};

}  // namespace cflt::serve::metrics
