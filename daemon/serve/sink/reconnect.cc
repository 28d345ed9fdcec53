#include "daemon/serve/sink/reconnect.h"

#include <algorithm>

namespace cflt::serve::sink {

Reconnect::Action Reconnect::start() {
  if (state_ != State::kDown) return {};
  state_ = State::kConnecting;
  return {.what = Action::What::kResolve};
}

Reconnect::Action Reconnect::resolved(std::size_t count) {
  if (state_ != State::kConnecting) return {};
  const bool tries_all = tries_ == Tries::kAll;
  left_ = tries_all ? count : std::min<std::size_t>(count, 1);
  address_ = tries_all || count == 0 ? 0 : turns_++ % count;
  return try_next();
}

Reconnect::Action Reconnect::attempt_failed() {
  return state_ == State::kConnecting ? try_next() : Action{};
}

void Reconnect::connected() {
  if (state_ == State::kConnecting) state_ = State::kUp;
}

Reconnect::Action Reconnect::lost() {
  return state_ == State::kUp ? wait() : Action{};
}

Reconnect::Action Reconnect::try_next() {
  if (left_ == 0) return wait();
  --left_;
  return {.what = Action::What::kTry, .address = address_++};
}

Reconnect::Action Reconnect::wait() {
  state_ = State::kDown;
  return {.what = Action::What::kWait, .delay = backoff_.next()};
}

}  // namespace cflt::serve::sink
