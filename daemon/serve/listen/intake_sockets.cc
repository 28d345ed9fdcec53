#include "daemon/serve/listen/intake_sockets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "config/address.h"
#include "daemon/base/error.h"
#include "daemon/base/system_error.h"
#include "daemon/serve/listen/admission.h"
#include "daemon/serve/listen/bind.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/net/peer.h"
#include "daemon/serve/net/sockets.h"

namespace cflt::serve::listen {
namespace {

using Scheme = config::Address::Scheme;

base::Descriptor duplicate(const base::Descriptor& fd) {
  return base::Descriptor::own(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
}

bool is_unix(const config::Address& address) {
  return address.scheme == Scheme::kUnix || address.scheme == Scheme::kUnixgram;
}

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
    : io_(io), workers_(workers) {
  for (net::notify::ActivatedSocket& socket :
       net::notify::activated_sockets()) {
    activated_.push_back({std::move(socket)});
  }
}

IntakeSockets::Change::Change(std::unique_ptr<Prepared> prepared)
    : prepared_(std::move(prepared)) {}
IntakeSockets::Change::Change(Change&&) noexcept = default;
IntakeSockets::Change::~Change() = default;

base::Result<IntakeSockets::Change> IntakeSockets::prepare(
    const config::Settings& settings) {
  auto prepared = std::make_unique<Prepared>();
  for (const config::Source& source : settings.sources) {
    if (!source.address) continue;
    const base::Result<void> done =
        loop::failing<base::Error>([&] { return prepare(source, *prepared); });
    if (!done.has_value()) return about(source, done.error());
  }
  return Change(std::move(prepared));
}

base::Result<void> IntakeSockets::prepare(const config::Source& source,
                                          Prepared& prepared) {
  return is_bound(to_string(*source.address)) ? change(source, prepared)
                                              : bind(source, prepared);
}

/// A unix socket whose file is gone can be reached by nobody.
bool IntakeSockets::is_bound(const std::string& address) const {
  const auto known = sockets_.find(address);
  return known != sockets_.end() && (!is_unix(*known->second.source.address) ||
                                     known->second.file.is_there());
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
    if (socket.is_datagram() && socket.source.name != source.name) {
      prepared.readers.emplace_back(&socket, make_reader(socket.fd));
    }
    if (!is_unix(*source.address) || socket.source == source) continue;
    auto changed = AccessChange::make(source, socket.file);
    if (!changed.has_value()) return changed.error();
    prepared.access.push_back(std::move(*changed));
  }
  return {};
}

base::Result<std::vector<IntakeSockets::Socket>> IntakeSockets::open(
    const config::Source& source) {
  if (source.address->scheme == Scheme::kSystemd) return take_activated(source);
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

/// All of that name: a socket unit may have one for each ListenStream=.
base::Result<std::vector<IntakeSockets::Socket>> IntakeSockets::take_activated(
    const config::Source& source) {
  const std::string address = to_string(*source.address);
  std::vector<Socket> sockets;
  for (const auto& [handed_over, told_drops] : activated_) {
    if (handed_over.name != source.address->path) continue;
    base::Descriptor fd = duplicate(handed_over.fd);
    if (fd.get() < 0) {
      return base::Error{
          fmt::format("{}: {}", address, base::last_system_error().message())};
    }
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    if (!net::is_datagram_socket(fd.get()) && !net::is_listening(fd.get())) {
      return base::Error{fmt::format(
          "{}: neither datagrams nor a socket that listens (Accept=no)",
          address)};
    }
    sockets.push_back(make_socket(source, std::move(fd)));
    sockets.back().told_drops = told_drops;
  }
  if (!sockets.empty()) return sockets;
  return base::Error{
      fmt::format("{}: the service manager handed over no socket of that name "
                  "(FileDescriptorName=)",
                  address)};
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

void IntakeSockets::serve(const config::Settings& settings, Change change) {
  Prepared& prepared = *change.prepared_;
  warn_of_unused(settings);
  close_replaced(prepared.bound);
  for (auto& access : prepared.access) access.keep();
  for (auto& [socket, reader] : prepared.readers) {
    socket->reader = std::move(reader);
  }
  for (auto& [address, socket] : prepared.bound) socket.replaced.let_go();
  sockets_.merge(prepared.bound);
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

void IntakeSockets::take_backlogs(const config::Settings& settings,
                                  const Change& change) {
  std::set<std::string> kept;
  for (const config::Source& source : settings.sources) {
    if (source.address) kept.insert(to_string(*source.address));
  }
  for (auto& [address, socket] : sockets_) {
    const bool is_replaced = change.prepared_->bound.contains(address);
    if (is_replaced || !kept.contains(address)) take_backlog(socket);
  }
}

/// Of an address that was bound anew. take_backlogs() was before: the workers
/// may not have the source any more.
void IntakeSockets::close_replaced(const Sockets& bound) {
  for (const auto& [address, unused] : bound) {
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
  if (is_renamed && socket.is_datagram()) {
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
  return net::kernel_drops(socket.fd.get()) - *socket.told_drops;
}

/// Who connects to a socket that was handed over and is not read would wait.
void IntakeSockets::warn_of_unused(const config::Settings& settings) const {
  for (const Activated& activated : activated_) {
    const net::notify::ActivatedSocket& socket = activated.handed_over;
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
    open_count = worker::make_place_count();
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
                            worker::take_place(entrance.open_count));
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
  auto drops = past_drops_;
  for (const auto& [address, socket] : sockets_) {
    if (!socket.is_datagram()) continue;
    drops[socket.source.name] += new_drops(socket);
  }
  return drops;
}

}  // namespace cflt::serve::listen
