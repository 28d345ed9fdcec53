#include "core/scan/scanner.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "core/forms/form.h"
#include "core/scan/literal_matcher.h"
#include "tests/support/fragments.h"

namespace cflt::scan {
namespace {

using Found = std::vector<std::pair<std::uint32_t, Family>>;

const FamilySet kAll = forms::families(forms::FormSet::all());

Scanner make_scanner(bool simd = true) {
  auto database = simd ? Database::compile(kAll).value() : nullptr;
  return Scanner::make(kAll, database).value();
}

/// A copy with readable bytes behind it, as the scanner demands.
std::string padded(const std::string& text) {
  return text + std::string(kPaddingBytes, '\0');
}

Found scan(Scanner& scanner, const std::string& text,
           std::size_t fresh_at = 0) {
  const std::string buffer = padded(text);
  Found found;
  for (const Anchor& anchor :
       scanner.scan({buffer.data(), text.size()}, fresh_at)) {
    found.emplace_back(anchor.end, anchor.family);
  }
  return found;
}

/// The slow and obvious way.
Found search(const std::string& text, std::size_t fresh_at = 0) {
  Found found;
  for (std::uint32_t end = 1; end <= text.size(); ++end) {
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
      const std::string before = text.substr(0, end);
      if (end > fresh_at && before.ends_with(kLiterals[i])) {
        found.emplace_back(end, static_cast<Family>(i));
      }
    }
  }
  return found;
}

TEST(Scanner, FindsEachLiteral) {
  Scanner scanner = make_scanner();
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const std::string text = "xx" + std::string(kLiterals[i]) + "yy";
    EXPECT_EQ(scan(scanner, text), search(text));
    EXPECT_EQ(scan(scanner, text).size(), 1U);
  }
}

TEST(Scanner, EmptyAndShortBlocksHaveNoAnchors) {
  Scanner scanner = make_scanner();
  EXPECT_TRUE(scan(scanner, "").empty());
  EXPECT_TRUE(scan(scanner, "cfl").empty());
}

TEST(Scanner, AnchorsKnownBeforeAreNotTold) {
  Scanner scanner = make_scanner();
  EXPECT_EQ(scan(scanner, "cflt cflt", 4), (Found{{9, Family::kText}}));
  EXPECT_EQ(scan(scanner, "cflt", 3), (Found{{4, Family::kText}}));
}

TEST(Scanner, FamiliesNotChosenAreNotFound) {
  const auto families =
      forms::families(forms::FormSet().add(forms::Form::kHex));
  auto scanner =
      Scanner::make(families, Database::compile(families).value()).value();
  EXPECT_EQ(scan(scanner, "cflt 63666c74"), (Found{{13, Family::kHexLower}}));
}

TEST(Literals, NoneOverlapsAnotherOrItself) {
  for (const auto a : kLiterals) {
    EXPECT_GE(a.size(), kShortestLiteralBytes);
    EXPECT_LE(a.size(), kLongestLiteralBytes);
    for (const auto b : kLiterals) {
      EXPECT_EQ(b.find(a.back()) == 0, false) << a << ' ' << b;
      EXPECT_EQ(b.find(a), a == b ? 0 : b.npos);
    }
  }
}

RC_GTEST_PROP(Scanner, SimdAndScalarFindWhatTheSlowSearchFinds,
              (const std::vector<std::uint8_t>& recipe)) {
  static Scanner simd = make_scanner();
  static Scanner scalar = make_scanner(false);
  const std::string text = test::compose(recipe);
  const std::size_t fresh_at = recipe.empty() ? 0 : recipe[0] % 16;
  if (fresh_at > text.size()) return;
  const Found expected = search(text, fresh_at);
  RC_ASSERT(scan(simd, text, fresh_at) == expected);
  RC_ASSERT(scan(scalar, text, fresh_at) == expected);
}

TEST(Scanner, DenseBlocksGiveTheSameAgainAndAgain) {
  Scanner scanner = make_scanner();
  std::string text;
  for (int i = 0; i < 500; ++i) text += "cfltY2ZsdNmbHjZmx0";
  const Found expected = search(text);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(scan(scanner, text), expected);
  const std::string sparse = std::string(5000, 'x') + "cflt";
  for (int i = 0; i < 4; ++i) EXPECT_EQ(scan(scanner, sparse), search(sparse));
}

/// A page that nobody may touch, behind the padding.
class GuardedBlock {
 public:
  GuardedBlock() : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    memory_ =
        static_cast<char*>(::mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::mprotect(memory_ + page_, page_, PROT_NONE);
  }
  ~GuardedBlock() { ::munmap(memory_, 2 * page_); }

  Bytes place(const std::string& text) {
    char* at = memory_ + page_ - kPaddingBytes - text.size();
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }

 private:
  std::size_t page_;
  char* memory_;
};

TEST(Scanner, NothingBehindThePaddingIsRead) {
  GuardedBlock block;
  for (const bool simd : {true, false}) {
    Scanner scanner = make_scanner(simd);
    for (std::size_t size = 0; size < 1000; ++size) {
      std::string text(size, 'c');
      if (size >= 4) text.replace(size - 4, 4, "cflt");
      EXPECT_EQ(scanner.scan(block.place(text), 0).size(), size >= 4 ? 1 : 0);
    }
  }
}

}  // namespace
}  // namespace cflt::scan
