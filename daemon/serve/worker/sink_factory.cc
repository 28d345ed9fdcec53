#include "daemon/serve/worker/sink_factory.h"

#include "config/address.h"
#include "daemon/serve/sink/blackhole_sink.h"
#include "daemon/serve/sink/datagram_sink.h"
#include "daemon/serve/sink/file_sink.h"
#include "daemon/serve/sink/stream_sink.h"

namespace cflt::serve::worker {

std::shared_ptr<sink::Sink> make_sink(boost::asio::io_context& io,
                                      const config::Sink& sink,
                                      std::size_t share_bytes,
                                      metrics::Registry& registry,
                                      const FileWriters& writers) {
  switch (sink.type) {
    case config::SinkType::kBlackhole:
      return std::make_shared<sink::BlackholeSink>(sink, share_bytes, registry);
    case config::SinkType::kFile:
    case config::SinkType::kStdout:
      return std::make_shared<sink::FileSink>(io, sink, share_bytes, registry,
                                              writers.at(sink.name));
    case config::SinkType::kLines:
    case config::SinkType::kSyslog:
      break;
  }
  if (config::is_datagram(*sink.address)) {
    return std::make_shared<sink::DatagramSink>(io, sink, share_bytes,
                                                registry);
  }
  return std::make_shared<sink::StreamSink>(io, sink, share_bytes, registry);
}

}  // namespace cflt::serve::worker
