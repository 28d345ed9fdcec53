#include "daemon/serve/control/writers.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace cflt::serve::control {
namespace {

bool needs_writer(const config::Sink& sink) {
  return sink.type == config::SinkType::kFile ||
         sink.type == config::SinkType::kStdout;
}

/// What the sinks share: with the last of them the writer is asked to stop.
std::shared_ptr<sink::FileWriter> shared_by_sinks(
    std::shared_ptr<sink::FileWriter> writer,
    const std::function<void()>& on_unused) {
  auto* const raw = writer.get();
  return {raw,
          [owned = std::move(writer), on_unused](sink::FileWriter*) mutable {
            owned->stop();
            owned.reset();
            on_unused();
          }};
}

}  // namespace

base::Result<Writers::Change> Writers::prepare(
    const std::vector<config::Sink>& sinks) {
  end_unused();
  Change change;
  for (const config::Sink& sink : sinks) {
    if (!needs_writer(sink)) continue;
    const auto known = current_.find(sink.name);
    if (known != current_.end() && known->second->serves(sink)) {
      change.writers.insert(*known);
      continue;
    }
    if (auto file = NewFile::make(sink.path, sink.mode)) {
      change.new_files.push_back(std::move(*file));
    }
    auto made = make(sink);
    if (!made.has_value()) return made.error();
    change.writers.emplace(sink.name, std::move(*made));
  }
  return change;
}

/// One writer at a time writes to a file, or frames would be torn: those before
/// it at that path may still be at work, for sinks of other names.
base::Result<Writers::Writer> Writers::make(const config::Sink& sink) try {
  auto made = sink::FileWriter::make(sink, lives_at(sink.path), on_broken_);
  if (!made.has_value()) return made.error();
  owned_.push_back({sink.path, Writer(std::move(*made))});
  return shared_by_sinks(owned_.back().writer, on_unused_);
} catch (const std::system_error& error) {
  return base::Error{fmt::format("sink {}: cannot start its thread: {}",
                                 sink.name, error.code().message())};
}

std::vector<sink::FileWriter::Life> Writers::lives_at(
    const std::string& path) const {
  std::vector<sink::FileWriter::Life> lives;
  for (const Owned& each : owned_) {
    if (each.path == path) lives.push_back(each.writer->life());
  }
  return lives;
}

const worker::FileWriters& Writers::commit(Change change) {
  for (NewFile& file : change.new_files) file.keep();
  current_ = std::move(change.writers);
  return current_;
}

void Writers::end() {
  for (const Owned& each : owned_) each.writer->stop();
  for (const Owned& each : owned_) each.writer->join();
  current_.clear();
  owned_.clear();
}

/// Nobody else can get hold of one that only we have.
void Writers::end_unused() {
  std::erase_if(owned_, [](const Owned& each) {
    if (each.writer.use_count() > 1) return false;
    each.writer->tell_progress();
    return each.writer->life().expired();
  });
}

}  // namespace cflt::serve::control
