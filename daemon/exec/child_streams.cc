#include "daemon/exec/child_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "daemon/base/io.h"
#include "daemon/base/messages.h"
#include "daemon/base/scanning.h"
#include "daemon/base/system_error.h"

namespace cflt::exec {
namespace {

using boost::system::error_code;

base::ExitCode refuse(std::string_view name, const error_code& error) {
  base::complain_about(name, error);
  return base::kExitError;
}

}  // namespace

ChildStreams::ChildStreams(const ExecOptions& options, ChildTerminal* terminal)
    : options_(options),
      terminal_(terminal),
      rules_(options.rules),
      families_(forms::families(options.rules.forms)),
      database_(base::share_database(families_)) {}

std::optional<base::ExitCode> ChildStreams::prepare() {
  plan_.command = options_.command;
  auto output = options_.output ? filter::Output::open(*options_.output)
                                : filter::Output::standard();
  if (!output.has_value()) return refuse(*options_.output, output.error());
  const bool keeps = !options_.output || options_.append;
  if (const auto error = keeps ? error_code() : output->empty()) {
    return refuse(output->name(), error);
  }
  if (terminal_ != nullptr) {
    plan_.has_terminal = true;
    plan_.output = plan_.errors = terminal_->its_end();
    if (terminal_->takes_stdin()) plan_.input = terminal_->its_end();
    auto input = terminal_->output();
    if (!input.has_value()) return refuse("a terminal", input.error());
    add(std::move(*input), std::move(*output));
    return std::nullopt;
  }
  const bool one =
      !options_.output && base::is_same_file(STDOUT_FILENO, STDERR_FILENO);
  if (auto end = add_pipe(std::move(*output), plan_.output)) return end;
  plan_.errors = plan_.output;
  if (one) return std::nullopt;
  return add_pipe(filter::Output::standard_error(), plan_.errors);
}

std::optional<base::ExitCode> ChildStreams::add_pipe(filter::Output output,
                                                     int& its_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return refuse("a pipe", base::last_system_error());
  }
  its_end = its_ends_.emplace_back(base::Descriptor::own(ends[1])).get();
  base::enlarge_pipe(ends[0]);
  add(base::Descriptor::own(ends[0]), std::move(output));
  return std::nullopt;
}

void ChildStreams::add(base::Descriptor input, filter::Output output) {
  streams_.emplace_back(rules_, scan::Scanner::make_late(families_, database_),
                        std::move(input), std::move(output),
                        options_.stats != filter::StatsFormat::kNone, events_);
}

void ChildStreams::start() {
  for (ChildStream& stream : streams_) stream.start();
}

void ChildStreams::close_its_ends() {
  its_ends_.clear();
  if (terminal_ != nullptr) terminal_->close_its_end();
}

bool ChildStreams::are_done() const {
  return std::ranges::all_of(streams_, &ChildStream::is_done);
}

ChildStream::Failure ChildStreams::failure() const {
  auto worst = ChildStream::Failure::kNone;
  for (const ChildStream& each : streams_) {
    worst = std::max(worst, each.failure());
  }
  return worst;
}

void ChildStreams::tell_discarded() {
  for (ChildStream& each : streams_) each.tell_discarded();
}

filter::Statistics ChildStreams::statistics() const {
  filter::Statistics sum;
  for (const ChildStream& each : streams_) sum += each.statistics();
  return sum;
}

filter::Statistics ChildStreams::live_statistics() const {
  filter::Statistics sum;
  for (const ChildStream& each : streams_) sum += each.live_statistics();
  return sum;
}

}  // namespace cflt::exec
