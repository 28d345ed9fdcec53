// A worker's part of a file or stdout sink: hands batches to the sink's one
// writer, and is told on its own thread when they are written.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "daemon/serve/sink/file_writer.h"
#include "daemon/serve/sink/sink.h"

namespace cflt::serve::sink {

class FileSink : public Sink, public std::enable_shared_from_this<FileSink> {
 public:
  FileSink(boost::asio::io_context& io, const config::Sink& sink,
           std::size_t max_bytes, metrics::Registry& registry,
           std::shared_ptr<FileWriter> writer)
      : Sink(sink, max_bytes, registry), io_(io), writer_(std::move(writer)) {}

  void start() override { set_is_up(true); }
  /// What the writer has not written yet is the writer's; who made it ends it.
  void stop() override {
    set_is_up(false);
    writer_ = nullptr;
  }
  void reopen() override { writer_->reopen(); }
  void finish() override {
    if (writer_ != nullptr) writer_->tell_progress();
  }
  void observe() override {
    if (writer_ == nullptr) return;
    counters().up.set(writer_->is_up() ? 1 : 0);
    counters().retries.add(writer_->take_retries());
    counters().taken.add(writer_->take_written_bytes());
    if (writer_->is_broken()) give_up();
    Sink::observe();
  }

 private:
  void flush() override {}

  void pushed(const records::Batch& /*batch*/) override {
    if (writer_ == nullptr) return;
    if (writer_->is_broken()) return give_up();
    settle();
    writer_->hand_over(outbox().back(), [self = shared_from_this()](
                                            const records::Progress& done) {
      boost::asio::post(self->io_, [self, done] { self->written(done); });
    });
  }

  /// Nobody will ever read it: sources need not wait.
  void give_up() {
    drop_rest();
    account();
  }

  void written(const records::Progress& done) {
    if (writer_ == nullptr || writer_->is_broken()) return;  // was given up
    outbox().passed(done);
    account();
  }

  boost::asio::io_context& io_;
  std::shared_ptr<FileWriter> writer_;
};

}  // namespace cflt::serve::sink
