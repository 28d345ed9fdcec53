// A sink with a peer: what it does to have a connection, and to have one again.
//
//   Reconnect ──action──▶ resolve │ try_address() │ wait, then start() again
//       ▲                                │
//       └── an event: failed, up, lost ──┘ by the class of the protocol
//
// Names are resolved anew at each attempt. Belongs to the worker's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "config/address.h"
#include "daemon/serve/sink/reconnect.h"
#include "daemon/serve/sink/resolver.h"
#include "daemon/serve/sink/sink.h"

namespace cflt::serve::sink {

class NetworkSink : public Sink,
                    public std::enable_shared_from_this<NetworkSink> {
 public:
  void start() override { act(reconnect_.start()); }
  void change(const config::Sink& sink, std::size_t max_bytes) override;

 protected:
  NetworkSink(boost::asio::io_context& io, const config::Sink& sink,
              std::size_t max_bytes, metrics::Registry& registry,
              Reconnect::Tries tries);

  Reconnect& reconnect() { return reconnect_; }
  const Reconnect& reconnect() const { return reconnect_; }
  /// For attempts: it runs for nothing else while there is one.
  boost::asio::steady_timer& timer() { return timer_; }

  /// Does what Reconnect answers. `why` there is no connection, where that is
  /// waited for.
  void act(const Reconnect::Action& action, const std::string& why = {});
  /// For good: no handler of this class does anything any more.
  void stop_connecting();

  /// An endpoint of its protocol for the address that is to be tried.
  template <class PathEndpoint, class InternetEndpoint, class Endpoint>
  Endpoint endpoint_of(std::size_t address) const {
    const config::Address& target = *settings().address;
    if (config::is_path(target)) return PathEndpoint(target.path);
    return InternetEndpoint(addresses_[address], target.port);
  }

 private:
  /// Tries to connect, and tells Reconnect what came of it.
  virtual void try_address(std::size_t address) = 0;
  /// There is none to be had now: what is left of it is closed.
  virtual void give_up_connection() {}

  void resolve();
  void take_addresses(const Resolver::Found& found);
  void retry_after(Reconnect::Duration delay, const std::string& why);

  boost::asio::steady_timer timer_;
  std::vector<boost::asio::ip::address> addresses_;  // of the name
  Reconnect reconnect_;
};

}  // namespace cflt::serve::sink
