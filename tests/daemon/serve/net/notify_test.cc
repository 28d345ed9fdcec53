#include "daemon/serve/net/notify.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <ctime>

namespace cflt::serve::net::notify {
namespace {

/// A service manager's socket, in the abstract namespace.
class Manager {
 public:
  Manager() : fd_(base::Descriptor::own(::socket(AF_UNIX, SOCK_DGRAM, 0))) {
    sockaddr_un address{AF_UNIX, {}};
    // The kernel chooses a name: 5 hexadecimal digits behind the NUL.
    ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address),
           sizeof address.sun_family);
    socklen_t size = sizeof address;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    std::string name(address.sun_path, 6);
    name[0] = '@';
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }

  /// The next message; empty: there is none.
  std::string heard() {
    char buffer[512];
    const ssize_t size = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (size <= 0) return "";
    return {buffer, static_cast<std::size_t>(size)};
  }

 private:
  base::Descriptor fd_;
};

long long monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

TEST(Notify, ManagerHearsTheLife) {
  Manager manager;
  ready();
  EXPECT_EQ(manager.heard(), "READY=1");
  ping();
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  stopping();
  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(Notify, ReloadTellsItsTimeOnTheMonotonicClock) {
  Manager manager;
  const auto before = monotonic_microseconds();
  reloading();
  const std::string heard = manager.heard();
  const std::string_view prefix = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(heard.starts_with(prefix)) << heard;
  const auto time = std::stoll(heard.substr(prefix.size()));
  EXPECT_GE(time, before);
  EXPECT_LE(time, monotonic_microseconds());
}

TEST(Notify, WithoutManagerNothingHappens) {
  ready();
  const std::string too_long = "/" + std::string(200, 'x');
  for (const char* nobody :
       {"", "@cflt-nobody-listens-here", "/no/such/file", too_long.c_str()}) {
    ::setenv("NOTIFY_SOCKET", nobody, 1);
    ready();
  }
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(Notify, WatchdogIsFedTwiceInItsTime) {
  EXPECT_EQ(watchdog_interval(), std::nullopt);
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog_interval(), std::chrono::seconds(15));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(watchdog_interval(), std::chrono::seconds(15));
  ::setenv("WATCHDOG_PID", "1", 1);  // somebody else's
  EXPECT_EQ(watchdog_interval(), std::nullopt);
  ::unsetenv("WATCHDOG_PID");
  for (const char* wrong : {"", "0", "-5", "30s", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", wrong, 1);
    EXPECT_EQ(watchdog_interval(), std::nullopt) << wrong;
  }
  ::unsetenv("WATCHDOG_USEC");
}

/// As a service manager starts a program: descriptors from 3 on, and names.
/// In a child, whose descriptors nobody misses. 0: all is as it should be.
int check_two_sockets() {
  for (const int fd : {3, 4}) ::dup2(STDERR_FILENO, fd);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_FDNAMES", "syslog:lines", 1);
  const auto sockets = activated_sockets();
  if (sockets.size() != 2) return 1;
  if (sockets[0].name != "syslog" || sockets[0].fd.get() != 3) return 2;
  if (sockets[1].name != "lines" || sockets[1].fd.get() != 4) return 3;
  if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0) return 4;
  if (std::getenv("LISTEN_FDS") != nullptr) return 5;
  return activated_sockets().empty() ? 0 : 6;
}

/// What is said of more than there is, and of no names.
int check_one_nameless_socket() {
  ::dup2(STDERR_FILENO, 3);
  ::close(4);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "1000000", 1);
  const auto sockets = activated_sockets();
  if (sockets.size() != 1) return 1;
  return sockets[0].name == "unknown" ? 0 : 2;
}

int check_somebody_elses_sockets() {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "2", 1);
  return activated_sockets().empty() ? 0 : 1;
}

TEST(ActivatedSockets, ComeWithTheirNamesOnce) {
  EXPECT_EXIT(::_exit(check_two_sockets()), testing::ExitedWithCode(0), "");
}

TEST(ActivatedSockets, MayHaveNoNameAndMustBeOpen) {
  EXPECT_EXIT(::_exit(check_one_nameless_socket()), testing::ExitedWithCode(0),
              "");
}

TEST(ActivatedSockets, ThoseOfAnotherProcessAreLeftAlone) {
  EXPECT_EXIT(::_exit(check_somebody_elses_sockets()),
              testing::ExitedWithCode(0), "");
}

TEST(ActivatedSockets, NoneWithoutManager) {
  EXPECT_TRUE(activated_sockets().empty());
}

}  // namespace
}  // namespace cflt::serve::net::notify
