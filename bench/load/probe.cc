// The latency of single records at a steady rate.
//
// A record carries the time at which it was due, not the one at which it was
// sent: where the sender is held up, the records behind it count as late.

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <thread>
#include <vector>

#include "bench/load/verbs.h"

namespace cflt::load {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::string_view kHeader = "<13>1 2025-10-09T08:53:20Z host probe ";
constexpr std::size_t kDigits = 20;
constexpr int kPatienceSeconds = 5;

struct Plan {
  std::int64_t rate;   // records a second
  std::int64_t count;  // of all records
  std::size_t size;    // of a record, with its newline
};

Plan plan_of(const Options& options) {
  const auto rate = static_cast<std::int64_t>(options.number("rate", 10'000));
  const auto seconds = static_cast<std::int64_t>(options.number("seconds", 5));
  const std::size_t size = options.number("size", 200);
  if (rate == 0 || size < kHeader.size() + kDigits + 1) {
    throw LoadError("no such rate or size of a record");
  }
  return {rate, rate * seconds, size};
}

void stamp(std::string& record, std::int64_t due) {
  char text[kDigits + 1];
  std::snprintf(text, sizeof text, "%020lld", static_cast<long long>(due));
  record.replace(kHeader.size(), kDigits, text);
}

void send_on_time(const Socket& socket, const Plan& plan) {
  std::string record(kHeader);
  record.append(plan.size - record.size() - 1, 'x').push_back('\n');
  sleep_exactly();
  const std::int64_t begin = now_ns();
  for (std::int64_t index = 0; index < plan.count && !stopped(); ++index) {
    const std::int64_t due = begin + index * kNanoseconds / plan.rate;
    if (now_ns() < due) sleep_until_ns(due);
    stamp(record, due);
    send_all(socket, record);
  }
}

/// The latencies of all records, in nanoseconds, in order of arrival.
std::vector<std::int64_t> take_records(const Socket& socket, const Plan& plan) {
  std::vector<std::int64_t> latencies;
  latencies.reserve(static_cast<std::size_t>(plan.count));
  std::vector<char> block(1 << 20);
  std::size_t held = 0;
  while (std::ssize(latencies) < plan.count) {
    const ssize_t got =
        ::recv(socket.get(), block.data() + held, block.size() - held, 0);
    if (got <= 0) break;  // it ended, or nothing came for long
    const std::int64_t now = now_ns();
    held += static_cast<std::size_t>(got);
    std::size_t at = 0;
    for (; held - at >= plan.size; at += plan.size) {
      std::int64_t due = 0;
      const char* const digits = block.data() + at + kHeader.size();
      std::from_chars(digits, digits + kDigits, due);
      latencies.push_back(now - due);
    }
    std::copy(block.begin() + static_cast<std::ptrdiff_t>(at),
              block.begin() + static_cast<std::ptrdiff_t>(held), block.begin());
    held -= at;
  }
  return latencies;
}

std::int64_t quantile(const std::vector<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(
      share * static_cast<double>(sorted.size() - 1))];
}

/// Connects to a program that may not listen yet.
Socket connect_patiently(const sockaddr_in& address) {
  const std::int64_t last = now_ns() + kPatienceSeconds * kNanoseconds;
  while (true) {
    try {
      return connect_to(Transport::kTcp, address);
    } catch (const LoadError&) {
      if (stopped() || now_ns() > last) throw;
    }
    sleep_until_ns(now_ns() + kNanoseconds / 100);
  }
}

void report_latencies(std::vector<std::int64_t> latencies, const Plan& plan) {
  const std::int64_t arrived = std::ssize(latencies);
  // The first tenth is a warm-up.
  latencies.erase(latencies.begin(), latencies.begin() + arrived / 10);
  std::sort(latencies.begin(), latencies.end());
  report({{"sent", plan.count},
          {"arrived", arrived},
          {"p50_ns", quantile(latencies, 0.5)},
          {"p99_ns", quantile(latencies, 0.99)},
          {"p999_ns", quantile(latencies, 0.999)},
          {"max_ns", quantile(latencies, 1)}});
}

}  // namespace

void probe(const Options& options) {
  const Plan plan = plan_of(options);
  const Socket listener =
      listen_at(Transport::kTcp, parse_address(options.word(2, "port")));
  const Socket sender =
      connect_patiently(parse_address(options.word(1, "address")));
  std::jthread sending([&] {
    try {
      send_on_time(sender, plan);
    } catch (const LoadError& error) {  // seen in what did not arrive
      std::fprintf(stderr, "cflt_load: %s\n", error.what());
    }
  });
  const Socket receiver = accept_from(listener);
  const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
  setsockopt(receiver.get(), SOL_SOCKET, SO_RCVTIMEO, &patience,
             sizeof patience);
  report_latencies(take_records(receiver, plan), plan);
}

}  // namespace cflt::load
