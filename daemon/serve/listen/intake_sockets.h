// The sockets of all sources: bound, accepting, handed to the workers.
//
// A socket is known by its address, and stays open over a reload that names
// the address again. Everything here runs on the control thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "daemon/base/error.h"
#include "daemon/serve/listen/activated_sockets.h"
#include "daemon/serve/listen/drop_counts.h"
#include "daemon/serve/listen/listener.h"
#include "daemon/serve/listen/socket_changes.h"
#include "daemon/serve/listen/socket_file.h"
#include "daemon/serve/listen/unix_access.h"
#include "daemon/serve/metrics/registry.h"
#include "daemon/serve/worker/worker.h"

namespace cflt::serve::listen {

using Workers = std::vector<std::unique_ptr<worker::Worker>>;

class IntakeSockets {
  struct Prepared;

 public:
  /// Both outlive it.
  IntakeSockets(boost::asio::io_context& io, Workers& workers);

  /// All that a reload needs and that can fail: sockets, descriptors and places
  /// in epoll; destroyed without serve(), it leaves everything as before.
  class Change {
   public:
    Change(Change&&) noexcept;
    ~Change();

   private:
    friend IntakeSockets;
    explicit Change(std::unique_ptr<Prepared> prepared);
    std::unique_ptr<Prepared> prepared_;
  };

  /// Binds what `settings` name and is not bound yet, or has lost its file;
  /// takes sockets named systemd:NAME from those that systemd handed over.
  /// Changes who may connect at once; undone where the change is dropped.
  base::Result<Change> prepare(const config::Settings& settings);
  /// Accepts what waits at sockets that are about to close. Called before the
  /// workers get the new settings: they still have the old sources.
  void take_backlogs(const Change& change);
  /// Serves what was prepared, gives up what `settings` do not name any more.
  /// Called after Worker::configure().
  void serve(const config::Settings& settings, Change change);
  /// Accepts nothing more; unix sockets' files are removed.
  void stop();

  /// What this thread counts of connections; workers count in theirs.
  const metrics::Registry& registry() const { return registry_; }
  /// How often accepting had to pause.
  std::uint64_t accept_pauses() const;
  /// Datagrams the kernel dropped before they could be read, by source.
  std::map<std::string, std::uint64_t> kernel_drops() const;

 private:
  /// Who will read datagrams.
  struct Reader {
    worker::Worker* worker;
    worker::Worker::DatagramSocket socket;
  };

  struct Socket {
    config::Source source;
    FileSetAside replaced;  // comes back when `file` is gone
    SocketFile file;
    base::Descriptor fd;  // of datagrams: ours beside the worker's
    std::shared_ptr<Listener> listener;  // none: datagrams
    std::optional<Reader> reader;        // until it is served
    bool is_served = false;
    bool is_datagram() const { return listener == nullptr; }
    DropMark drops;
  };

  using Sockets = std::multimap<std::string, Socket>;  // by address

  struct Prepared {
    SocketChanges changes;
    Sockets bound;                                    // not served yet
    std::vector<std::pair<Socket*, Reader>> readers;  // of sockets that stay
    std::vector<AccessChange> access;                 // the same
  };

  SocketChanges changes_to(const config::Settings& settings) const;
  base::Result<void> prepare(const config::Source& source, Prepared& prepared);
  base::Result<void> bind(const config::Source& source, Prepared& prepared);
  base::Result<void> change(const config::Source& source, Prepared& prepared);
  /// All sockets of one address: a name may have several.
  base::Result<std::vector<Socket>> open(const config::Source& source);
  base::Result<std::vector<Socket>> open_activated(
      const config::Source& source);
  Socket make_socket(const config::Source& source, base::Descriptor fd);
  Reader make_reader(const base::Descriptor& fd);
  void close_leaving(const SocketChanges& changes);
  static void commit(Prepared& prepared);
  void keep(Socket& socket, const config::Source& source);
  void settle_drops(Socket& socket);
  static void take_backlog(Socket& socket);
  void serve_socket(Socket& socket);
  void read_no_more(Socket& socket);
  void close(Socket& socket);
  void accept(const Entrance& entrance, base::Descriptor connection,
              const sockaddr_storage& peer);
  std::shared_ptr<const Entrance> entrance_of(const config::Source& source);
  worker::Worker& least_busy();

  boost::asio::io_context& io_;
  Workers& workers_;
  ActivatedSockets activated_;
  Sockets sockets_;
  std::map<std::string, net::PlaceCount> open_;  // by source
  metrics::Registry registry_;
  DropCounts past_drops_;
  std::uint64_t past_pauses_ = 0;
  std::size_t next_worker_ = 0;
};

}  // namespace cflt::serve::listen
