#include "daemon/serve/sink/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "daemon/serve/loop/border.h"

namespace cflt::serve::sink {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned kMaxThreads = 16;

ip::address address_of(const addrinfo& found) {
  if (found.ai_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, found.ai_addr, sizeof(v4));
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, found.ai_addr, sizeof(v6));
  ip::address_v6::bytes_type bytes;
  std::ranges::copy(v6.sin6_addr.s6_addr, bytes.begin());
  return ip::address_v6(bytes, v6.sin6_scope_id);
}

Resolver::Found look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // each address once
  addrinfo* list = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (problem == EAI_SYSTEM) return {std::strerror(errno), {}};
  if (problem != 0) return {::gai_strerror(problem), {}};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(
      list, &::freeaddrinfo);
  Resolver::Found found;
  for (; list != nullptr; list = list->ai_next) {
    found.addresses.push_back(address_of(*list));
  }
  return found;
}

void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

/// Shared with the threads.
struct Resolver::State {
  struct Asker {
    boost::asio::any_io_executor executor;
    Answer answer;
  };

  Lookup lookup;
  unsigned max_threads = 0;
  std::mutex mutex;
  std::map<std::string, std::vector<Asker>> askers;  // by host, until answered
  std::deque<std::string> waiting;                   // hosts without a thread
  unsigned threads = 0;
  unsigned pending = 0;

  void ask(const std::string& host, Asker asker);
  bool has_thread(const std::shared_ptr<State>& self);
  void run();
  Found look_up_contained(const std::string& host) const;
  void answer(const std::string& host, const Found& found);
};

void Resolver::State::ask(const std::string& host, Asker asker) {
  const std::lock_guard lock(mutex);
  auto& all = askers[host];
  all.push_back(std::move(asker));
  ++pending;
  if (all.size() == 1) waiting.push_back(host);
}

/// One that is there will come to what waits.
bool Resolver::State::has_thread(const std::shared_ptr<State>& self) try {
  const std::lock_guard lock(mutex);
  if (waiting.empty() || threads == max_threads) return true;
  std::thread([self] { self->run(); }).detach();
  ++threads;
  return true;
} catch (const std::system_error&) {
  const std::lock_guard lock(mutex);
  return threads > 0;
}

/// On a thread: until nothing waits.
void Resolver::State::run() {
  block_signals();
  for (;;) {
    std::unique_lock lock(mutex);
    if (waiting.empty()) {
      --threads;
      return;
    }
    const std::string host = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    answer(host, look_up_contained(host));
  }
}

Resolver::Found Resolver::State::look_up_contained(
    const std::string& host) const try {
  return lookup(host);
} catch (const std::exception& error) {
  return {loop::reason_of(error), {}};
}

void Resolver::State::answer(const std::string& host, const Found& found) {
  std::unique_lock lock(mutex);
  std::erase(waiting, host);
  auto known = askers.extract(host);
  lock.unlock();
  if (known.empty()) return;
  auto& all = known.mapped();
  for (Asker& asker : all) {
    loop::contained("an answer of the resolver was given up", [&] {
      boost::asio::post(asker.executor, [answer = std::move(asker.answer),
                                         found] { answer(found); });
    });
  }
  const auto count = static_cast<unsigned>(all.size());
  all.clear();
  lock.lock();
  pending -= count;
}

Resolver::Resolver(Lookup lookup, unsigned max_threads)
    : state_(std::make_shared<State>()) {
  state_->lookup = std::move(lookup);
  state_->max_threads = max_threads;
}

void Resolver::resolve(const boost::asio::any_io_executor& executor,
                       const std::string& host, Answer answer) {
  boost::system::error_code not_an_address;
  const auto address = ip::make_address(host, not_an_address);
  if (!not_an_address) {
    boost::asio::post(executor, [answer = std::move(answer), address] {
      answer({{}, {address}});
    });
    return;
  }
  state_->ask(host, {executor, std::move(answer)});
  if (state_->has_thread(state_)) return;
  state_->answer(host, {"no thread can be had to resolve the name", {}});
}

unsigned Resolver::pending_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->pending;
}

Resolver& resolver() {
  // Never destroyed: threads may be in getaddrinfo() at the end.
  static Resolver& resolver = *new Resolver(look_up, kMaxThreads);
  return resolver;
}

}  // namespace cflt::serve::sink
