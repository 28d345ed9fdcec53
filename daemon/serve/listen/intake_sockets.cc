#include "daemon/serve/listen/intake_sockets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/address.h"
#include "daemon/base/error.h"
#include "daemon/serve/listen/admission.h"
#include "daemon/serve/listen/bind.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/net/notify.h"
#include "daemon/serve/net/peer.h"
#include "daemon/serve/net/sockets.h"

namespace cflt::serve::listen {
namespace {

using Scheme = config::Address::Scheme;
using Fate = SocketChanges::Fate;

base::Error about(const config::Source& source, const base::Error& failure) {
  return {fmt::format("source {}: {}", source.name, failure.message),
          failure.code};
}

void tell_of_peer(const char* message, const std::string& source,
                  const std::string& peer) {
  log::limited_for_peer(log::Level::kWarn, message, source, peer,
                        {{"source", source}, {"peer", peer}});
}

}  // namespace

IntakeSockets::IntakeSockets(boost::asio::io_context& io, Workers& workers)
    : io_(io),
      workers_(workers),
      activated_(net::notify::activated_sockets()) {}

IntakeSockets::Change::Change(std::unique_ptr<Prepared> prepared)
    : prepared_(std::move(prepared)) {}
IntakeSockets::Change::Change(Change&&) noexcept = default;
IntakeSockets::Change::~Change() = default;

base::Result<IntakeSockets::Change> IntakeSockets::prepare(
    const config::Settings& settings) {
  auto prepared = std::make_unique<Prepared>();
  prepared->changes = changes_to(settings);
  for (const config::Source& source : settings.sources) {
    if (!source.address) continue;
    const base::Result<void> done =
        loop::failing<base::Error>([&] { return prepare(source, *prepared); });
    if (!done.has_value()) return about(source, done.error());
  }
  return Change(std::move(prepared));
}

/// A unix socket whose file is gone can be reached by nobody.
SocketChanges IntakeSockets::changes_to(
    const config::Settings& settings) const {
  IsReachable bound;
  for (const auto& [address, socket] : sockets_) {
    bound.emplace(address,
                  !is_unix(*socket.source.address) || socket.file.is_there());
  }
  return {bound, sources_by_address(settings)};
}

base::Result<void> IntakeSockets::prepare(const config::Source& source,
                                          Prepared& prepared) {
  const Fate fate = prepared.changes.of(to_string(*source.address));
  return fate == Fate::kKeep ? change(source, prepared)
                             : bind(source, prepared);
}

base::Result<void> IntakeSockets::bind(const config::Source& source,
                                       Prepared& prepared) {
  auto made = open(source);
  if (!made.has_value()) return made.error();
  for (Socket& socket : *made) {
    prepared.bound.emplace(to_string(*source.address), std::move(socket));
  }
  return {};
}

/// Of sockets that stay: who may connect, and who reads under another name.
base::Result<void> IntakeSockets::change(const config::Source& source,
                                         Prepared& prepared) {
  const auto [begin, end] = sockets_.equal_range(to_string(*source.address));
  for (auto known = begin; known != end; ++known) {
    Socket& socket = known->second;
    const KeptSocket kept =
        kept_socket(socket.source, source, socket.is_datagram());
    if (kept.changes_reader) {
      prepared.readers.emplace_back(&socket, make_reader(socket.fd));
    }
    if (!kept.changes_access) continue;
    auto changed = AccessChange::make(source, socket.file);
    if (!changed.has_value()) return changed.error();
    prepared.access.push_back(std::move(*changed));
  }
  return {};
}

base::Result<std::vector<IntakeSockets::Socket>> IntakeSockets::open(
    const config::Source& source) {
  if (source.address->scheme == Scheme::kSystemd) return open_activated(source);
  auto made = bind_source(source);
  if (!made.has_value()) return made.error();
  std::vector<Socket> sockets;
  for (BoundSocket& bound : *made) {
    Socket socket = make_socket(source, std::move(bound.fd));
    socket.replaced = std::move(bound.replaced);
    socket.file = std::move(bound.file);
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

base::Result<std::vector<IntakeSockets::Socket>> IntakeSockets::open_activated(
    const config::Source& source) {
  auto taken = activated_.take(source);
  if (!taken.has_value()) return taken.error();
  std::vector<Socket> sockets;
  for (ActivatedSockets::Taken& each : *taken) {
    sockets.push_back(make_socket(source, std::move(each.fd)));
    sockets.back().drops = each.drops;
  }
  return sockets;
}

/// Ready to be served: nothing of that can fail any more.
IntakeSockets::Socket IntakeSockets::make_socket(const config::Source& source,
                                                 base::Descriptor fd) {
  Socket socket;
  socket.source = source;
  if (net::is_datagram_socket(fd.get())) {
    socket.reader = make_reader(fd);
    socket.fd = std::move(fd);
    return socket;
  }
  socket.listener = std::make_shared<Listener>(
      io_, std::move(fd),
      [this](const Entrance& entrance, base::Descriptor connection,
             const sockaddr_storage& peer) {
        accept(entrance, std::move(connection), peer);
      });
  socket.listener->serve(entrance_of(source));
  return socket;
}

IntakeSockets::Reader IntakeSockets::make_reader(const base::Descriptor& fd) {
  worker::Worker& worker = *workers_[next_worker_++ % workers_.size()];
  return {&worker, worker.open_datagrams(fd)};
}

void IntakeSockets::take_backlogs(const Change& change) {
  for (auto& [address, socket] : sockets_) {
    if (change.prepared_->changes.closes(address)) take_backlog(socket);
  }
}

void IntakeSockets::serve(const config::Settings& settings, Change change) {
  activated_.warn_of_unused(settings);
  close_leaving(change.prepared_->changes);
  commit(*change.prepared_);
  sockets_.merge(change.prepared_->bound);
  const SourcesByAddress named = sources_by_address(settings);
  for (auto& [address, socket] : sockets_) keep(socket, *named.at(address));
  for (auto& [address, socket] : sockets_) {
    if (!std::exchange(socket.is_served, true)) serve_socket(socket);
  }
}

/// take_backlogs() was before: the workers may not have their sources any more.
void IntakeSockets::close_leaving(const SocketChanges& changes) {
  for (auto known = sockets_.begin(); known != sockets_.end();) {
    if (!changes.closes(known->first)) {
      ++known;
      continue;
    }
    close(known->second);
    known = sockets_.erase(known);
  }
}

/// Nothing of it is taken back any more.
void IntakeSockets::commit(Prepared& prepared) {
  for (AccessChange& access : prepared.access) access.keep();
  for (auto& [socket, reader] : prepared.readers) {
    socket->reader = std::move(reader);
  }
  for (auto& [address, socket] : prepared.bound) socket.replaced.let_go();
}

/// What waits at a socket from systemd waits for the next of us.
void IntakeSockets::take_backlog(Socket& socket) {
  const bool is_ours = socket.source.address->scheme != Scheme::kSystemd;
  if (is_ours && socket.listener != nullptr) socket.listener->take_backlog();
}

/// The source has the socket from now on.
void IntakeSockets::keep(Socket& socket, const config::Source& source) {
  const KeptSocket kept =
      kept_socket(socket.source, source, socket.is_datagram());
  if (kept.changes_reader) {
    settle_drops(socket);
    read_no_more(socket);
  }
  socket.source = source;
  if (kept.changes_entrance) socket.listener->serve(entrance_of(source));
}

/// What the kernel has dropped so far is its source's for ever.
void IntakeSockets::settle_drops(Socket& socket) {
  past_drops_.settle(socket.source.name, socket.drops,
                     net::kernel_drops(socket.fd.get()));
}

void IntakeSockets::serve_socket(Socket& socket) {
  if (socket.is_datagram()) {
    auto reader = std::exchange(socket.reader, std::nullopt);
    reader->worker->adopt_datagrams(socket.source.name,
                                    std::move(reader->socket));
  } else {
    socket.listener->start();
  }
  log::info("listening", {{"source", socket.source.name},
                          {"address", to_string(*socket.source.address)}});
}

std::shared_ptr<const Entrance> IntakeSockets::entrance_of(
    const config::Source& source) {
  auto& open_count = open_[source.name];
  if (open_count == nullptr) {
    open_count = net::make_place_count();
  }
  return std::make_shared<const Entrance>(
      Entrance{source, &registry_.source(source.name), open_count});
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
  if (socket.is_datagram()) {
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

void IntakeSockets::accept(const Entrance& entrance,
                           base::Descriptor connection,
                           const sockaddr_storage& peer) {
  const config::Source& source = entrance.source;
  const std::string name = net::peer_name(peer);
  switch (admission_of(peer, source, *entrance.open_count)) {
    case Admission::kNotPermitted:
      entrance.counters->not_permitted.add(1);
      return tell_of_peer("connection is not permitted", source.name, name);
    case Admission::kOverLimit:
      entrance.counters->refused.add(1);
      return tell_of_peer("connection_limit is reached", source.name, name);
    case Admission::kAdmit:
      break;
  }
  net::prepare_stream(connection.get());
  least_busy().adopt_stream(source.name, std::move(connection), name,
                            net::take_place(entrance.open_count));
}

worker::Worker& IntakeSockets::least_busy() {
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
  DropCounts drops = past_drops_;
  for (const auto& [address, socket] : sockets_) {
    if (!socket.is_datagram()) continue;
    const std::uint32_t count = net::kernel_drops(socket.fd.get());
    drops.add(socket.source.name, socket.drops.new_drops(count));
  }
  return drops.by_source();
}

}  // namespace cflt::serve::listen
