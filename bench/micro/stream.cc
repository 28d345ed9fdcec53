// Whole streams in chunks: what the filter does between read() and write().

#include <benchmark/benchmark.h>

#include <array>
#include <map>
#include <string>
#include <utility>

#include "bench/micro/engine.h"
#include "bench/micro/inputs.h"
#include "bench/micro/registry.h"

namespace cflt::bench {
namespace {

constexpr std::size_t kWholeBytes = 1 << 20;

/// Of one byte there are two sizes, to see that time is linear.
constexpr std::array<std::size_t, 2> kBytewiseBytes = {64 << 10, 256 << 10};

constexpr std::array<std::size_t, 5> kChunkBytes = {1, 160, 4 << 10, 64 << 10,
                                                    256 << 10};

/// What must come out does, whatever the chunks.
void check(const Recipe& recipe, const Input& input) {
  for (const std::size_t chunk_bytes : kChunkBytes) {
    Feeder feeder(chunk_bytes);
    require(output_of(feeder, bytes_of(input.bytes)) == input.masked,
            std::string(recipe.name) + " in chunks of " +
                std::to_string(chunk_bytes));
  }
}

/// Made, and checked, when it is asked for first.
const Input& input_of(const Recipe& recipe, std::size_t size) {
  static std::map<std::pair<std::string_view, std::size_t>, Input> made;
  const auto [at, is_new] = made.try_emplace({recipe.name, size});
  if (is_new) {
    at->second = recipe.make(size);
    check(recipe, at->second);
  }
  return at->second;
}

void measure(benchmark::State& state, const Recipe& recipe, std::size_t size,
             std::size_t chunk_bytes) {
  const Input& input = input_of(recipe, size);
  Feeder feeder(chunk_bytes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(count_released(feeder, bytes_of(input.bytes)));
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(input.bytes.size()));
}

void register_size(const Recipe& recipe, std::size_t size,
                   std::size_t chunk_bytes) {
  const std::string name = "stream/" + std::string(recipe.name) + "/" +
                           std::to_string(size) + "/" +
                           std::to_string(chunk_bytes);
  benchmark::RegisterBenchmark(name.c_str(), measure, recipe, size,
                               chunk_bytes);
}

}  // namespace

void register_stream() {
  for (const Recipe& recipe : recipes()) {
    for (const std::size_t size : kBytewiseBytes) {
      register_size(recipe, size, 1);
    }
    for (const std::size_t chunk_bytes : kChunkBytes) {
      if (chunk_bytes > 1) register_size(recipe, kWholeBytes, chunk_bytes);
    }
  }
}

}  // namespace cflt::bench
