#include "daemon/serve/listen/activated_sockets.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/base/system_error.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/net/sockets.h"

namespace cflt::serve::listen {
namespace {

base::Error about_address(const config::Source& source,
                          const std::string& what) {
  return base::Error{fmt::format("{}: {}", to_string(*source.address), what)};
}

base::Descriptor duplicate_that_does_not_block(const base::Descriptor& fd) {
  auto made = base::Descriptor::own(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  if (made.get() >= 0) {
    ::fcntl(made.get(), F_SETFL, ::fcntl(made.get(), F_GETFL) | O_NONBLOCK);
  }
  return made;
}

bool names(const config::Source& source, const std::string& socket) {
  return source.address &&
         source.address->scheme == config::Address::Scheme::kSystemd &&
         source.address->path == socket;
}

}  // namespace

ActivatedSockets::ActivatedSockets(
    std::vector<net::notify::ActivatedSocket> handed_over) {
  for (net::notify::ActivatedSocket& socket : handed_over) {
    activated_.push_back({std::move(socket), {}});
  }
}

base::Result<std::vector<ActivatedSockets::Taken>> ActivatedSockets::take(
    const config::Source& source) const {
  std::vector<Taken> taken;
  for (const auto& [handed_over, drops] : activated_) {
    if (!names(source, handed_over.name)) continue;
    auto fd = duplicate_that_does_not_block(handed_over.fd);
    if (fd.get() < 0) {
      return about_address(source, base::last_system_error().message());
    }
    if (!net::is_datagram_socket(fd.get()) && !net::is_listening(fd.get())) {
      return about_address(
          source, "neither datagrams nor a socket that listens (Accept=no)");
    }
    taken.push_back({std::move(fd), drops});
  }
  if (!taken.empty()) return taken;
  return about_address(source,
                       "the service manager handed over no socket of that name "
                       "(FileDescriptorName=)");
}

void ActivatedSockets::warn_of_unused(const config::Settings& settings) const {
  for (const Activated& activated : activated_) {
    const std::string& name = activated.handed_over.name;
    const bool is_used = std::ranges::any_of(
        settings.sources,
        [&](const auto& source) { return names(source, name); });
    if (is_used) continue;
    log::warn("no source takes a socket that was handed over",
              {{"address", "systemd:" + name}});
  }
}

}  // namespace cflt::serve::listen
