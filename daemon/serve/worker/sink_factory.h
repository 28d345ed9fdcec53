// The one place that knows all types of sinks. A new type is a class beside the
// others in sink/, and a case in sink_factory.cc.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>

#include "daemon/serve/metrics/registry.h"
#include "daemon/serve/sink/file_writer.h"
#include "daemon/serve/sink/sink.h"

namespace cflt::serve::worker {

/// The writers of sinks of type file and stdout, by the sink's name. They end
/// by their owner on the control thread, after everybody has let go of them.
using FileWriters = std::map<std::string, std::shared_ptr<sink::FileWriter>>;

/// `share_bytes` is this worker's part of the buffer. `io` and `registry`
/// outlive the sink.
std::shared_ptr<sink::Sink> make_sink(boost::asio::io_context& io,
                                      const config::Sink& sink,
                                      std::size_t share_bytes,
                                      metrics::Registry& registry,
                                      const FileWriters& writers);

}  // namespace cflt::serve::worker
