#include "daemon/serve/intake_sockets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "config/address.h"
#include "daemon/serve/limited_log.h"
#include "daemon/serve/unix_access.h"

namespace cflt::daemon {
namespace {

using Scheme = config::Address::Scheme;

Descriptor duplicate(const Descriptor& fd) {
  return Descriptor::own(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
}

bool is_unix(const config::Address& address) {
  return address.scheme == Scheme::kUnix || address.scheme == Scheme::kUnixgram;
}

SocketFailure about(const config::Source& source,
                    const SocketFailure& failure) {
  return {fmt::format("source {}: {}", source.name, failure.message),
          failure.error};
}

void tell_of_peer(const char* message, const std::string& source,
                  const std::string& peer) {
  log::limited_for_peer(log::Level::kWarn, message, source, peer,
                        {{"source", source}, {"peer", peer}});
}

}  // namespace

IntakeSockets::IntakeSockets(boost::asio::io_context& io, Workers& workers)
    : io_(io), workers_(workers) {
  for (notify::ActivatedSocket& socket : notify::activated_sockets()) {
    activated_.push_back({std::move(socket)});
  }
}

boost::system::result<void, SocketFailure> IntakeSockets::bind(
    const config::Settings& settings) {
  bound_.clear();
  for (const config::Source& source : settings.sources) {
    if (!source.address) continue;
    const std::string address = to_string(*source.address);
    if (is_bound(address)) continue;
    auto made = open(source);
    if (!made.has_value()) {
      bound_.clear();
      return about(source, made.error());
    }
    for (Socket& socket : *made) bound_.emplace(address, std::move(socket));
  }
  auto changed = change_access(settings);
  if (!changed.has_value()) bound_.clear();
  return changed;
}

/// A unix socket whose file is gone can be reached by nobody.
bool IntakeSockets::is_bound(const std::string& address) const {
  const auto known = sockets_.find(address);
  return known != sockets_.end() && (!is_unix(*known->second.source.address) ||
                                     known->second.file.is_there());
}

/// Of the unix sockets that stay. On failure as before.
boost::system::result<void, SocketFailure> IntakeSockets::change_access(
    const config::Settings& settings) {
  std::vector<const Socket*> changed;
  for (const config::Source& source : settings.sources) {
    if (!source.address || !is_unix(*source.address)) continue;
    const std::string address = to_string(*source.address);
    if (bound_.contains(address)) continue;
    const Socket& socket = sockets_.find(address)->second;
    if (socket.source == source) continue;
    changed.push_back(&socket);
    auto problem = set_unix_access(source, socket.file);
    if (problem.empty()) continue;
    for (const Socket* each : changed) {
      set_unix_access(each->source, each->file);
    }
    return about(source, SocketFailure{std::move(problem)});
  }
  return {};
}

boost::system::result<std::vector<IntakeSockets::Socket>, SocketFailure>
IntakeSockets::open(const config::Source& source) {
  if (source.address->scheme == Scheme::kSystemd) return take_activated(source);
  auto made = bind_source(source);
  if (!made.has_value()) return made.error();
  std::vector<Socket> sockets;
  for (BoundSocket& bound : *made) {
    Socket& socket = sockets.emplace_back();
    socket.source = source;
    socket.fd = std::move(bound.fd);
    socket.file = std::move(bound.file);
    socket.is_datagram = config::is_datagram(*source.address);
  }
  return sockets;
}

/// All of that name: a socket unit may have one for each ListenStream=.
boost::system::result<std::vector<IntakeSockets::Socket>, SocketFailure>
IntakeSockets::take_activated(const config::Source& source) const {
  std::vector<Socket> sockets;
  for (const auto& [handed_over, told_drops] : activated_) {
    if (handed_over.name != source.address->path) continue;
    Socket& socket = sockets.emplace_back();
    socket.source = source;
    socket.fd = duplicate(handed_over.fd);
    socket.told_drops = told_drops;
    ::fcntl(socket.fd.get(), F_SETFL,
            ::fcntl(socket.fd.get(), F_GETFL) | O_NONBLOCK);
    socket.is_datagram = is_datagram_socket(socket.fd.get());
    if (!socket.is_datagram && !is_listening(socket.fd.get())) {
      return SocketFailure{fmt::format(
          "{}: neither datagrams nor a socket that listens (Accept=no)",
          to_string(*source.address))};
    }
  }
  if (!sockets.empty()) return sockets;
  return SocketFailure{
      fmt::format("{}: the service manager handed over no socket of that name "
                  "(FileDescriptorName=)",
                  to_string(*source.address))};
}

void IntakeSockets::serve(const config::Settings& settings) {
  warn_of_unused(settings);
  close_replaced();
  sockets_.merge(bound_);
  Sockets kept;
  for (const config::Source& source : settings.sources) {
    if (!source.address) continue;
    const std::string address = to_string(*source.address);
    while (auto known = sockets_.extract(address)) {
      keep(known.mapped(), source);
      kept.insert(std::move(known));
    }
  }
  for (auto& [address, socket] : sockets_) close(socket);
  sockets_ = std::move(kept);
  for (auto& [address, socket] : sockets_) {
    if (!std::exchange(socket.is_served, true)) serve_socket(socket);
  }
}

void IntakeSockets::take_backlogs(const config::Settings& settings) {
  std::set<std::string> kept;
  for (const config::Source& source : settings.sources) {
    if (source.address) kept.insert(to_string(*source.address));
  }
  for (auto& [address, socket] : sockets_) {
    const bool is_replaced = bound_.contains(address);
    if (is_replaced || !kept.contains(address)) take_backlog(socket);
  }
}

/// Of an address that was bound anew. take_backlogs() was before: the workers
/// may not have the source any more.
void IntakeSockets::close_replaced() {
  for (const auto& [address, unused] : bound_) {
    while (auto replaced = sockets_.extract(address)) {
      close(replaced.mapped());
    }
  }
}

/// What waits at a socket from systemd waits for the next of us.
void IntakeSockets::take_backlog(Socket& socket) {
  const bool is_ours = socket.source.address->scheme != Scheme::kSystemd;
  if (is_ours && socket.listener != nullptr) socket.listener->take_backlog();
}

/// The source has the socket from now on.
void IntakeSockets::keep(Socket& socket, const config::Source& source) {
  const bool is_renamed = socket.source.name != source.name;
  if (is_renamed && socket.is_datagram) {
    settle_drops(socket);
    read_no_more(socket);
  }
  if (socket.source == source) return;
  socket.source = source;
  if (socket.listener != nullptr) socket.listener->serve(entrance_of(source));
}

/// What the kernel has dropped so far is its source's for ever.
void IntakeSockets::settle_drops(Socket& socket) {
  const std::uint32_t drops = new_drops(socket);
  past_drops_[socket.source.name] += drops;
  *socket.told_drops += drops;
}

/// Since the last that was told; also where the kernel's count has wrapped.
std::uint32_t IntakeSockets::new_drops(const Socket& socket) {
  return daemon::kernel_drops(socket.fd.get()) - *socket.told_drops;
}

/// Who connects to a socket that was handed over and is not read would wait.
void IntakeSockets::warn_of_unused(const config::Settings& settings) const {
  for (const Activated& activated : activated_) {
    const notify::ActivatedSocket& socket = activated.handed_over;
    const bool is_used =
        std::ranges::any_of(settings.sources, [&](const auto& source) {
          return source.address && source.address->scheme == Scheme::kSystemd &&
                 source.address->path == socket.name;
        });
    if (is_used) continue;
    log::warn("no source takes a socket that was handed over",
              {{"address", "systemd:" + socket.name}});
  }
}

void IntakeSockets::serve_socket(Socket& socket) {
  if (socket.is_datagram) {
    Worker& worker = *workers_[next_worker_++ % workers_.size()];
    worker.adopt_datagrams(socket.source.name, duplicate(socket.fd));
  } else if (socket.listener == nullptr) {
    socket.listener = std::make_shared<Listener>(
        io_, std::move(socket.fd),
        [this](const Entrance& entrance, Descriptor connection,
               const sockaddr_storage& peer) {
          accept(entrance, std::move(connection), peer);
        });
    socket.listener->serve(entrance_of(socket.source));
    socket.listener->start();
  }
  log::info("listening", {{"source", socket.source.name},
                          {"address", to_string(*socket.source.address)}});
}

std::shared_ptr<const Entrance> IntakeSockets::entrance_of(
    const config::Source& source) {
  auto& open_count = open_[source.name];
  if (open_count == nullptr) {
    open_count = std::make_shared<std::atomic<unsigned>>(0);
  }
  return std::make_shared<const Entrance>(Entrance{
      source, &workers_[0]->registry().source(source.name), open_count});
}

/// The workers end what reads datagrams by the name so far.
void IntakeSockets::read_no_more(Socket& socket) {
  for (auto& worker : workers_) worker->drain_source(socket.source.name);
  socket.is_served = false;
}

void IntakeSockets::close(Socket& socket) {
  if (socket.listener != nullptr) {
    past_pauses_ += socket.listener->pauses();
    socket.listener->stop();
  }
  if (socket.is_datagram) {
    settle_drops(socket);
    read_no_more(socket);
  }
  socket.file = {};
}

void IntakeSockets::stop() {
  for (auto& [address, socket] : sockets_) {
    take_backlog(socket);
    close(socket);
  }
  sockets_.clear();
}

void IntakeSockets::accept(const Entrance& entrance, Descriptor connection,
                           const sockaddr_storage& peer) {
  const config::Source& source = entrance.source;
  const std::string name = peer_name(peer);
  if (!is_permitted(peer, source.permit_origin)) {
    entrance.counters->not_permitted.add(1);
    return tell_of_peer("connection is not permitted", source.name, name);
  }
  if (*entrance.open_count >= source.connection_limit) {
    entrance.counters->refused.add(1);
    return tell_of_peer("connection_limit is reached", source.name, name);
  }
  ++*entrance.open_count;
  prepare_stream(connection.get());
  least_busy().adopt_stream(source.name, std::move(connection), name,
                            [open = entrance.open_count] { --*open; });
}

Worker& IntakeSockets::least_busy() {
  return **std::ranges::min_element(workers_, {}, [](const auto& worker) {
    return worker->connection_count();
  });
}

std::uint64_t IntakeSockets::accept_pauses() const {
  std::uint64_t pauses = past_pauses_;
  for (const auto& [address, socket] : sockets_) {
    if (socket.listener != nullptr) pauses += socket.listener->pauses();
  }
  return pauses;
}

std::map<std::string, std::uint64_t> IntakeSockets::kernel_drops() const {
  auto drops = past_drops_;
  for (const auto& [address, socket] : sockets_) {
    if (!socket.is_datagram) continue;
    drops[socket.source.name] += new_drops(socket);
  }
  return drops;
}

}  // namespace cflt::daemon
