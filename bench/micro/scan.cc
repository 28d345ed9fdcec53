// Anchors in a hot block: bare Hyperscan, the Scanner, the scalar matcher.
//
// A block is a part of a hot buffer, 256 KiB where it is not larger itself,
// so that each size sees the same bytes, and the density that it is named for.

#include <benchmark/benchmark.h>
#include <hs/hs.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/micro/engine.h"
#include "bench/micro/inputs.h"
#include "bench/micro/registry.h"
#include "core/scan/literal_matcher.h"

namespace cflt::bench {
namespace {

using scan::Anchor;

constexpr std::array<std::size_t, 5> kBlockBytes = {160, 4 << 10, 64 << 10,
                                                    256 << 10, 1 << 20};

constexpr std::array<std::string_view, 3> kDensities = {"none", "one_in_1000",
                                                        "cflt"};

/// Each counts anchors. One for each benchmark.
class BareHyperscan {
 public:
  BareHyperscan() {
    hs_compile_error_t* error = nullptr;
    require(hs_compile("cflt", 0, HS_MODE_BLOCK, nullptr, &database_, &error) ==
                    HS_SUCCESS &&
                hs_alloc_scratch(database_, &scratch_) == HS_SUCCESS,
            "Hyperscan cannot be set up");
  }
  ~BareHyperscan() {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }
  BareHyperscan(const BareHyperscan&) = delete;
  BareHyperscan& operator=(const BareHyperscan&) = delete;

  std::size_t count(Bytes block) {
    std::size_t count = 0;
    const auto size = static_cast<unsigned>(block.size());
    require(hs_scan(database_, block.data(), size, 0, scratch_, on_match,
                    &count) == HS_SUCCESS,
            "hs_scan fails");
    return count;
  }

 private:
  static int on_match(unsigned, unsigned long long, unsigned long long,
                      unsigned, void* context) {
    ++*static_cast<std::size_t*>(context);
    return 0;
  }

  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
};

class AllAnchors {
 public:
  std::size_t count(Bytes block) { return scanner_.scan(block, 0).size(); }

 private:
  scan::Scanner scanner_ = make_scanner();
};

class ScalarMatcher {
 public:
  std::size_t count(Bytes block) {
    anchors_.clear();
    scan::match_literals(block, families_, anchors_);
    return anchors_.size();
  }

 private:
  scan::FamilySet families_ = forms::families(forms::FormSet::all());
  std::vector<Anchor> anchors_;
};

/// A buffer that may be read behind its end, as a scanned one must.
class HotBuffer {
 public:
  explicit HotBuffer(std::string text, std::size_t size) : size_(size) {
    text_ = std::move(text);
    text_.resize(size);
    text_.resize(size + scan::kPaddingBytes);
  }
  Bytes bytes() const { return {text_.data(), size_}; }

 private:
  std::string text_;
  std::size_t size_;
};

template <class Kernel>
std::size_t count_anchors(Kernel& kernel, Bytes buffer,
                          std::size_t block_bytes) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < buffer.size(); at += block_bytes) {
    const std::size_t to = std::min(at + block_bytes, buffer.size());
    count += kernel.count(buffer.slice(at, to));
  }
  return count;
}

/// All three find the same, in blocks of any size. Only `cflt` occurs.
void check(Bytes buffer, bool has_anchors) {
  for (const std::size_t block_bytes : kBlockBytes) {
    BareHyperscan bare;
    AllAnchors all;
    ScalarMatcher scalar;
    const auto count = count_anchors(bare, buffer, block_bytes);
    require((count > 0) == has_anchors &&
                count == count_anchors(all, buffer, block_bytes) &&
                count == count_anchors(scalar, buffer, block_bytes),
            "the anchors that a scan finds");
  }
}

const Recipe& recipe_named(std::string_view name) {
  const auto all = recipes();
  const auto found = std::find_if(
      all.begin(), all.end(),
      [name](const Recipe& recipe) { return recipe.name == name; });
  require(found != all.end(), name);
  return *found;
}

/// Made, and checked, when it is asked for first.
Bytes hot_buffer(std::string_view density, std::size_t size) {
  static std::map<std::pair<std::string_view, std::size_t>, HotBuffer> made;
  const std::pair key(density, size);
  const auto known = made.find(key);
  if (known != made.end()) return known->second.bytes();
  Input input = recipe_named(density).make(size);
  const auto at = made.emplace(key, HotBuffer(std::move(input.bytes), size));
  const Bytes buffer = at.first->second.bytes();
  check(buffer, density != "none");
  return buffer;
}

template <class Kernel>
void measure(benchmark::State& state, std::string_view density,
             std::size_t block_bytes) {
  const Bytes buffer = hot_buffer(density, std::max(kHotBytes, block_bytes));
  Kernel kernel;
  for (auto _ : state) {
    benchmark::DoNotOptimize(count_anchors(kernel, buffer, block_bytes));
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(buffer.size()));
}

template <class Kernel>
void register_kernel(const std::string& name) {
  for (const auto density : kDensities) {
    for (const std::size_t block_bytes : kBlockBytes) {
      const std::string full = "scan/" + name + "/" + std::string(density) +
                               "/" + std::to_string(block_bytes);
      benchmark::RegisterBenchmark(full.c_str(), measure<Kernel>, density,
                                   block_bytes);
    }
  }
}

}  // namespace

void register_scan() {
  register_kernel<BareHyperscan>("bare_hs_scan");
  register_kernel<AllAnchors>("all_anchors");
  register_kernel<ScalarMatcher>("match_literals");
}

}  // namespace cflt::bench
