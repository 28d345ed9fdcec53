#include "daemon/serve/loop/blocking_thread.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <utility>

namespace cflt::serve::loop {
namespace {

/// Nobody else uses it, and by default it is ignored.
constexpr int kWakeSignal = SIGURG;

void ignore_wake_up(int) {}

}  // namespace

void BlockingThread::start(std::function<void()> run) {
  struct sigaction action {};
  action.sa_handler = ignore_wake_up;  // without SA_RESTART
  ::sigaction(kWakeSignal, &action, nullptr);
  thread_ = std::thread([this, run = std::move(run)] {
    run();
    ended_ = true;
  });
}

void BlockingThread::interrupt() {
  if (thread_.joinable() && !ended_) {
    ::pthread_kill(thread_.native_handle(), kWakeSignal);
  }
}

void BlockingThread::join() {
  if (!thread_.joinable()) return;
  while (!ended_) {
    interrupt();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  thread_.join();
}

}  // namespace cflt::serve::loop
