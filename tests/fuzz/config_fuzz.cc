// The loader takes any bytes: as a file, with and without the environment, and
// as words of the command line. It never crashes, and it gives settings or
// says what is wrong, never neither.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/inline.h"
#include "config/load.h"

namespace cflt::config {
namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const Loaded& loaded) {
  expect(loaded.settings.has_value() == loaded.errors.empty());
  if (!loaded.settings) return;
  expect(!loaded.settings->sources.empty());
  for (const Sink& sink : loaded.settings->sinks) {
    expect(loaded.unresolved_count > 0 || !sink.inputs.empty());
  }
}

std::optional<std::string> some_variables(const std::string& name) {
  if (name.size() % 2 == 1) return std::nullopt;
  return name + ": [$]";
}

void run(const std::string& text) {
  check(load_text(text, "f", some_variables));
  check(load_text(text, "f", Lookup()));
  InlineWords words;
  const std::size_t cut = text.find('\n');
  words.sources = {text.substr(0, cut)};
  words.sinks = {cut == std::string::npos ? "stdout" : text.substr(cut + 1)};
  check(load_inline(words));
}

}  // namespace
}  // namespace cflt::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  cflt::config::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
