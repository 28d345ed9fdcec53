#include "daemon/base/messages.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <exception>

#include "daemon/base/exit_code.h"

namespace cflt::base {
namespace {

/// In place of std::terminate's own words, which hold what() as it is.
[[noreturn]] void end_of_uncaught() {
  try {
    if (const auto error = std::current_exception()) {
      std::rethrow_exception(error);
    }
    complain("internal failure: std::terminate");
  } catch (const std::exception& error) {
    complain(std::string("internal failure: ") + error.what());
  } catch (...) {
    complain("internal failure: an exception of no known type");
  }
  ::_exit(kExitInternal);
}

}  // namespace

void open_messages() {
  auto logger = spdlog::stderr_logger_mt("cflt-redact");
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::info);
  // What it would print is not redacted.
  logger->set_error_handler([](const std::string&) {});
  spdlog::set_default_logger(logger);
  std::set_terminate(end_of_uncaught);
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

}  // namespace cflt::base
