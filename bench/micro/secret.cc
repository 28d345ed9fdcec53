// The checksum: making one, and judging candidates by it.

#include "core/secret/secret.h"

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "bench/micro/engine.h"
#include "bench/micro/inputs.h"
#include "bench/micro/registry.h"
#include "core/canary/canary.h"

namespace cflt::bench {
namespace {

using secret::Candidate;
using secret::Verdict;

constexpr std::uint64_t kSeed = 11;
constexpr std::size_t kAnchorBytes = 4;
/// Enough that no branch predictor learns them.
constexpr std::size_t kDistinct = 256;

struct Shape {
  std::string name;
  Verdict verdict;
};

/// The symbols behind `cflt` of a candidate that is to get this verdict.
std::string next_symbols(canary::Canaries& canaries, Verdict verdict) {
  std::string secret = verdict == Verdict::kRejected ? next_near_miss(canaries)
                                                     : canaries.next_secret();
  if (verdict == Verdict::kTruncated) secret.resize(secret.size() - 3);
  if (verdict == Verdict::kSuspected) secret.resize(secret.size() - 5);
  if (verdict == Verdict::kFailed) secret.back() = 'x';
  return secret.substr(kAnchorBytes);
}

std::vector<std::string> make_symbols(Verdict verdict) {
  canary::Canaries canaries(kSeed);
  std::vector<std::string> all(kDistinct);
  for (std::string& symbols : all) symbols = next_symbols(canaries, verdict);
  return all;
}

/// Valid as long as the symbols are.
Candidate candidate_of(const std::string& symbols) {
  const auto count = static_cast<std::uint32_t>(symbols.size());
  const auto end = count < secret::kSymbolCount ? secret::RunEnd::kByte
                                                : secret::RunEnd::kCut;
  return {symbols.data(), count, count, end};
}

void measure_judge(benchmark::State& state, Verdict verdict) {
  const std::vector<std::string> symbols = make_symbols(verdict);
  std::vector<Candidate> candidates;
  for (const std::string& each : symbols) {
    candidates.push_back(candidate_of(each));
    require(secret::judge(candidates.back(), true) == verdict, "a verdict");
  }
  for (auto _ : state) {
    for (const Candidate& candidate : candidates) {
      benchmark::DoNotOptimize(secret::judge(candidate, true));
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(candidates.size()));
}

std::vector<std::string> make_bodies() {
  canary::Canaries canaries(kSeed);
  std::vector<std::string> bodies;
  while (bodies.size() < kDistinct) {
    const std::string secret = canaries.next_secret();
    bodies.push_back(secret.substr(kAnchorBytes, secret::kBodyCount));
    const auto check = secret::check_of(bodies.back().data());
    require(secret.ends_with(std::string_view(check.data(), check.size())),
            "a check");
  }
  return bodies;
}

void measure_check_of(benchmark::State& state) {
  const std::vector<std::string> bodies = make_bodies();
  for (auto _ : state) {
    for (const std::string& body : bodies) {
      benchmark::DoNotOptimize(secret::check_of(body.data()));
    }
  }
  const auto count =
      state.iterations() * static_cast<std::int64_t>(bodies.size());
  state.SetItemsProcessed(count);
  state.SetBytesProcessed(count * secret::kBodyCount);
}

}  // namespace

void register_secret() {
  benchmark::RegisterBenchmark("secret/check_of", measure_check_of);
  const std::array shapes = {Shape{"found", Verdict::kFound},
                             Shape{"rejected", Verdict::kRejected},
                             Shape{"truncated", Verdict::kTruncated},
                             Shape{"suspected", Verdict::kSuspected},
                             Shape{"failed", Verdict::kFailed}};
  for (const auto& [name, verdict] : shapes) {
    benchmark::RegisterBenchmark(("secret/judge/" + name).c_str(),
                                 measure_judge, verdict);
  }
}

}  // namespace cflt::bench
