// cflt_micro: the micro benchmarks, for --benchmark_filter and the like.

#include <benchmark/benchmark.h>

#include "bench/micro/registry.h"
#include "core/scan/database.h"
#include "core/secret/secret.h"

int main(int argc, char** argv) {
  using namespace cflt;
  benchmark::AddCustomContext("hyperscan", scan::hyperscan_version());
  benchmark::AddCustomContext("simd", scan::simd_tier());
  secret::warm_up();
  bench::register_scan();
  bench::register_forms();
  bench::register_stream();
  bench::register_secret();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
