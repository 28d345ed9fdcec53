// After the largest window and an anchor of each coding have been seen, the
// core does not allocate.
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

#include "core/stream/stream.h"
#include "tests/support/fragments.h"
#include "tests/support/harness.h"

namespace {
std::atomic<std::uint64_t> g_allocations = 0;
}

namespace {
[[gnu::noinline]] void* allocate(std::size_t size) {
  ++g_allocations;
  return std::malloc(size);
}
}  // namespace

// The array forms and the sized ones end up here.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new(std::size_t size) {
  void* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace cflt::stream {
namespace {

constexpr std::size_t kChunk = 16 << 10;

class Allocation : public testing::Test {
 protected:
  /// What feeding these bytes in chunks of `size` allocates.
  std::uint64_t count(const std::string& bytes, std::size_t size) {
    const std::uint64_t before = g_allocations;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      const std::size_t left = std::min(size, bytes.size() - at);
      std::copy_n(&bytes[at], left, window_.room().begin());
      const Bytes view = window_.filled(left);
      const auto pieces = stream_.feed(view, window_.fresh_at());
      window_.keep(stream_.keep(), pieces);
    }
    return g_allocations - before;
  }

  static std::string mixed_input() {
    std::mt19937_64 random(21);
    std::string text;
    while (text.size() < 40 * kChunk) {
      std::vector<std::uint8_t> recipe(100);
      for (auto& byte : recipe) byte = static_cast<std::uint8_t>(random());
      text += test::compose(recipe);
    }
    return text;
  }

  Rules rules_{Options()};
  scan::Scanner scanner_{
      scan::Scanner::make(
          forms::families(rules_.options.forms),
          scan::Database::compile(forms::families(rules_.options.forms))
              .value())
          .value()};
  Stream stream_{rules_, scanner_};
  Window window_{kChunk};
};

TEST_F(Allocation, FirstLargestWindowAllocates) {
  EXPECT_GT(count(std::string(kChunk, 'x'), kChunk), 0U);
}

TEST_F(Allocation, NoneAfterTheLargestWindow) {
  const std::string input = mixed_input();
  count("99,102,108,116 " + std::string("c\0f\0l\0t\0", 8), kChunk);
  // The largest window is a full chunk behind the longest held tail.
  count("cflt" + std::string(511, '\\'), kChunk);
  count(std::string(kChunk, '\\'), kChunk);
  EXPECT_EQ(count(input, kChunk), 0U);
  EXPECT_EQ(count(input, 100), 0U);
  EXPECT_EQ(count(std::string(kChunk * 4, 'c'), 1), 0U);
}

}  // namespace
}  // namespace cflt::stream
