// Each written form: a block full of secrets, and a block full of near misses,
// through a stream.

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <utility>

#include "bench/micro/engine.h"
#include "bench/micro/inputs.h"
#include "bench/micro/registry.h"
#include "core/canary/canary.h"

namespace cflt::bench {
namespace {

using forms::Form;

constexpr std::uint64_t kSeed = 7;

enum class Kind { kFound, kNearMiss };

/// Lines that are a candidate each.
struct Lines {
  std::string text;
  std::uint64_t count = 0;
};

/// At each of the three offsets in turn.
std::string base64_at(std::uint64_t i, const std::string& secret) {
  return canary::to_base64(std::string("k:", i % 3) + secret);
}

std::string write_near_miss(canary::Canaries& canaries, Form form,
                            std::uint64_t i) {
  const std::string secret = next_near_miss(canaries);
  return form == Form::kBase64 ? base64_at(i, secret)
                               : canary::write_symbols(secret, form);
}

Lines make_lines(Form form, Kind kind) {
  canary::Canaries canaries(kSeed);
  Lines lines;
  for (; lines.text.size() < kHotBytes; ++lines.count) {
    lines.text += kind == Kind::kFound
                      ? canaries.next(form)
                      : write_near_miss(canaries, form, lines.count);
    lines.text += "\n";
  }
  return lines;
}

/// Each line is counted as what it is, and chunks change nothing.
void check(const Lines& lines, Form form, Kind kind) {
  const std::string what(forms::name(form));
  Feeder whole(lines.text.size());
  Feeder bytewise(1);
  const std::string output = output_of(whole, bytes_of(lines.text));
  require(output == output_of(bytewise, bytes_of(lines.text)),
          what + " in 1-byte chunks");
  const auto& counts = whole.counts();
  const auto found = counts.found[static_cast<std::size_t>(form)];
  if (kind == Kind::kFound) {
    require(found == lines.count && output != lines.text, what);
  } else {
    require(counts.rejected == lines.count && output == lines.text,
            what + ", near misses");
  }
}

/// Made, and checked, when they are asked for first.
const Lines& lines_of(Form form, Kind kind) {
  static std::map<std::pair<Form, Kind>, Lines> made;
  const auto [at, is_new] = made.try_emplace({form, kind});
  if (is_new) {
    at->second = make_lines(form, kind);
    check(at->second, form, kind);
  }
  return at->second;
}

void measure(benchmark::State& state, Form form, Kind kind) {
  const Lines& lines = lines_of(form, kind);
  Feeder feeder(lines.text.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(count_released(feeder, bytes_of(lines.text)));
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(lines.text.size()));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(lines.count));
}

void register_form(Form form, Kind kind, const std::string& kind_name) {
  const std::string name =
      "forms/" + kind_name + "/" + std::string(forms::name(form));
  benchmark::RegisterBenchmark(name.c_str(), measure, form, kind);
}

}  // namespace

void register_forms() {
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    register_form(static_cast<Form>(i), Kind::kFound, "found");
  }
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    const auto form = static_cast<Form>(i);
    // Read as base64 is; only a canary can be one for sure.
    if (form == Form::kBase64Escaped) continue;
    register_form(form, Kind::kNearMiss, "near_miss");
  }
}

}  // namespace cflt::bench
