// The daemon as a whole, in this process: what signals and faults make of it.
#include "daemon/serve/control/server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace cflt::serve::control {
namespace {

class ServerTest : public testing::Test {
 protected:
  ServerTest() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~ServerTest() override { std::filesystem::remove_all(folder_); }

  std::string socket() const { return folder_ + "/in"; }
  std::string out() const { return folder_ + "/out"; }

  ServeOptions listening_at(const std::string& path) const {
    ServeOptions options;
    options.inline_words.sources = {"lines+unix://" + path};
    options.inline_words.sinks = {"blackhole"};
    options.inline_words.workers = "1";
    return options;
  }

  static base::ExitCode run(Server& server, const ServeOptions& options) {
    return server.run(load_settings(options, false).settings.value());
  }

 private:
  std::string folder_ = "/tmp/server_test.XXXXXX";
};

TEST_F(ServerTest, ASignalDrainsItAndTakesItsSocketAway) {
  const auto options = listening_at(socket());
  Server server(options);
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(run(server, options), base::kExitClean);
  EXPECT_FALSE(std::filesystem::exists(socket()));
}

TEST_F(ServerTest, WhatItCannotListenAtEndsTheStart) {
  const auto options = listening_at(socket() + "/no/folder");
  Server server(options);
  EXPECT_EQ(run(server, options), base::kExitError);
}

TEST_F(ServerTest, AReloadThatFailsChangesNothing) {
  const auto options = listening_at(socket());
  ServeOptions wrong = options;
  wrong.inline_words.sinks = {"nothing+like:this"};
  Server server(wrong);  // what it reads again
  ::kill(::getpid(), SIGHUP);
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(run(server, options), base::kExitClean);
}

TEST_F(ServerTest, EndsWithStdinAndEverythingIsWritten) {
  auto options = listening_at(socket());
  options.inline_words.sources = {"stdin"};
  options.inline_words.sinks = {"file://" + out()};
  const int saved = ::dup(STDIN_FILENO);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::dup2(ends[0], STDIN_FILENO);
  ::close(ends[0]);
  ASSERT_EQ(::write(ends[1], "one\n", 4), 4);
  ::close(ends[1]);
  Server server(options);
  EXPECT_EQ(run(server, options), base::kExitClean);
  EXPECT_EQ(
      std::string(std::istreambuf_iterator<char>(std::ifstream(out()).rdbuf()),
                  {}),
      "one\n");
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
}

}  // namespace
}  // namespace cflt::serve::control
