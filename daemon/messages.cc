#include "daemon/messages.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/stream/redact_text.h"

namespace cflt::daemon {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::string safe_text(std::string_view text) {
  std::string safe;
  for (const char c : stream::redact_text(text)) {
    if (is_control(c)) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      safe += c;
    }
  }
  return safe;
}

void open_messages() {
  auto logger = spdlog::stderr_logger_mt("cflt-redact");
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(logger);
}

void complain(std::string_view message) {
  spdlog::error("cflt-redact: {}", safe_text(message));
}

void complain_about(std::string_view name,
                    const boost::system::error_code& error) {
  complain(fmt::format("{}: {}", name, error.message()));
}

void tell(std::string_view message) { spdlog::info("{}", safe_text(message)); }

void tell_over(std::string_view message) {
  // Carriage return, text, erase to the end of the line (ECMA-48, EL).
  fmt::print(stderr, "\r{}\x1b[K", safe_text(message));
  std::fflush(stderr);
}

}  // namespace cflt::daemon
