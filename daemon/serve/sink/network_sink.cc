#include "daemon/serve/sink/network_sink.h"

namespace cflt::serve::sink {

NetworkSink::NetworkSink(boost::asio::io_context& io, const config::Sink& sink,
                         std::size_t max_bytes, metrics::Registry& registry,
                         Reconnect::Tries tries)
    : Sink(sink, max_bytes, registry),
      timer_(io),
      reconnect_(tries, sink.reconnect_initial, sink.reconnect_max) {}

void NetworkSink::change(const config::Sink& sink, std::size_t max_bytes) {
  reconnect_.set_delays(sink.reconnect_initial, sink.reconnect_max);
  Sink::change(sink, max_bytes);
}

void NetworkSink::stop_connecting() {
  reconnect_.stop();
  timer_.cancel();
}

void NetworkSink::act(const Reconnect::Action& action, const std::string& why) {
  using What = Reconnect::Action::What;
  switch (action.what) {
    case What::kNothing:
      return;
    case What::kResolve:
      return resolve();
    case What::kTry:
      return try_address(action.address);
    case What::kWait:
      return retry_after(action.delay, why);
  }
}

void NetworkSink::resolve() {
  const config::Address& address = *settings().address;
  if (config::is_path(address)) return act(reconnect_.resolved(1));
  resolver().resolve(timer_.get_executor(), address.host,
                     [self = shared_from_this()](const Resolver::Found& found) {
                       if (!self->reconnect_.is_stopped()) {
                         self->take_addresses(found);
                       }
                     });
}

void NetworkSink::take_addresses(const Resolver::Found& found) {
  addresses_ = found.addresses;
  act(reconnect_.resolved(addresses_.size()), found.problem);
}

void NetworkSink::retry_after(Reconnect::Duration delay,
                              const std::string& why) {
  give_up_connection();
  disconnected(why);
  counters().retries.add(1);
  timer_.expires_after(delay);
  timer_.async_wait(
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->act(self->reconnect_.start());
      });
  account();  // who waited for this peer fills the buffer now
}

}  // namespace cflt::serve::sink
