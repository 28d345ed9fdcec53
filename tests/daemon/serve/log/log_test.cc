#include "daemon/serve/log/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "daemon/base/descriptor.h"

namespace cflt::serve::log {
namespace {

struct Pipe {
  Pipe() {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) std::abort();
    out = base::Descriptor::own(fds[0]);
    in = base::Descriptor::own(fds[1]);
  }

  /// What was written, up to `end` or until the writing end is closed.
  std::string read_until(std::string_view end) const {
    std::string all;
    for (char c; !all.ends_with(end) && ::read(out.get(), &c, 1) == 1;) {
      all += c;
    }
    return all;
  }

  std::string read_all() const {
    std::string all;
    char buffer[4096];
    for (ssize_t n; (n = ::read(out.get(), buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    return all;
  }

  void fill() const {
    ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
    const std::vector<char> block(4096, '.');
    while (::write(in.get(), block.data(), block.size()) > 0) {
    }
    ::fcntl(in.get(), F_SETFL, 0);
  }

  std::string name() const {
    struct stat status {};
    ::fstat(in.get(), &status);
    return fmt::format("{}:{}", status.st_dev, status.st_ino);
  }

  base::Descriptor out;
  base::Descriptor in;
};

Options to(const Pipe& pipe, Format format = Format::kText) {
  return {Level::kInfo, format, pipe.in.get()};
}

/// What `write` makes a log say.
template <typename Write>
std::string said(Write write, Format format = Format::kText) {
  Pipe pipe;
  {
    Logger logger(to(pipe, format));
    write(logger);
  }
  pipe.in.close();
  return pipe.read_all();
}

TEST(Log, LinesLeaveInOrder) {
  const std::string text = said([](Logger& log) {
    log.write(Level::kInfo, "one", {{"n", 1}});
    log.write(Level::kError, "two", {});
  });
  EXPECT_NE(text.find("Z info one n=1\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("Z error two\n")) << text;
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
  const auto write = [](Logger& log) {
    EXPECT_FALSE(log.is_enabled(Level::kDebug));
    log.write(Level::kDebug, "hidden", {});
  };
  EXPECT_EQ(said(write), "");
}

TEST(Log, LevelAndFormatChangeWhileItRuns) {
  const std::string text = said([](Logger& log) {
    log.change(Level::kDebug, Format::kJson);
    log.write(Level::kDebug, "shown", {});
  });
  EXPECT_NE(text.find(R"("level":"debug","message":"shown"})"),
            std::string::npos)
      << text;
}

TEST(Log, JournalGetsPriorities) {
  Pipe pipe;
  ::setenv("JOURNAL_STREAM", pipe.name().c_str(), 1);
  {
    Logger logger(to(pipe));
    logger.write(Level::kWarn, "one", {});
    logger.change(Level::kInfo, Format::kJson);
    logger.write(Level::kError, "two", {});
  }
  ::unsetenv("JOURNAL_STREAM");
  pipe.in.close();
  const std::string text = pipe.read_all();
  EXPECT_TRUE(text.starts_with("<4>one\n<3>{\"time\":")) << text;
}

TEST(Log, AnotherStreamIsNotTheJournal) {
  const Pipe pipe;
  EXPECT_TRUE(is_journal(pipe.in.get(), pipe.name().c_str()));
  EXPECT_FALSE(is_journal(pipe.in.get(), "1:2"));
  EXPECT_FALSE(is_journal(pipe.in.get(), ""));
  EXPECT_FALSE(is_journal(pipe.in.get(), nullptr));
  EXPECT_FALSE(is_journal(-1, pipe.name().c_str()));
}

TEST(Log, FullPipeLosesLinesAndSaysSo) {
  Pipe pipe;
  pipe.fill();
  {
    Logger logger(to(pipe));
    for (int i = 0; i < 5000; ++i) {
      logger.write(Level::kInfo, "flood", {{"i", i}});
    }
    EXPECT_GE(logger.lost_count(), 3000U);
    EXPECT_TRUE(pipe.read_until(" i=4999\n").ends_with(" i=4999\n"));
  }
  pipe.in.close();
  const std::string text = pipe.read_all();
  EXPECT_NE(text.find("log lines lost: stderr was full count="), text.npos)
      << text;
}

TEST(Log, ReaderThatNeverComesDoesNotHinderTheEnd) {
  Pipe pipe;
  pipe.fill();
  Logger logger(to(pipe));
  for (int i = 0; i < 2000; ++i) logger.write(Level::kInfo, "flood", {});
}

TEST(Log, ReaderThatWentAwayIsNotFatal) {
  Pipe pipe;
  pipe.out.close();
  Logger logger(to(pipe));
  logger.write(Level::kInfo, "nobody", {});
}

TEST(Log, LongLineIsWhole) {
  const std::string value(300'000, 'x');
  Pipe pipe;
  std::string text;
  std::jthread reader([&] { text = pipe.read_all(); });
  {
    Logger logger(to(pipe));
    logger.write(Level::kInfo, "long", {{"value", value}});
  }
  pipe.in.close();
  reader.join();
  EXPECT_TRUE(text.ends_with("value=" + value + "\n"));
}

TEST(Log, LinesOfSeveralThreadsAreNotMixed) {
  const std::string text = said([](Logger& log) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 20; ++i) log.write(Level::kInfo, "same", {});
      });
    }
  });
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = text.find("Z info same\n", at)) != text.npos;
       ++at) {
    ++lines;
  }
  EXPECT_EQ(lines, 80U);
}

TEST(Log, FunctionsWriteOnlyWhileItIsOpen) {
  Pipe pipe;
  info("before");
  EXPECT_FALSE(is_enabled(Level::kError));
  open(to(pipe));
  info("during", {{"source", "app"}});
  EXPECT_TRUE(is_enabled(Level::kInfo));
  EXPECT_EQ(lost_count(), 0U);
  close();
  error("after");
  pipe.in.close();
  const std::string text = pipe.read_all();
  EXPECT_TRUE(text.ends_with("Z info during source=app\n")) << text;
  EXPECT_EQ(text.find("before"), std::string::npos);
}

}  // namespace
}  // namespace cflt::serve::log
