#include "core/scan/scanner.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "core/forms/form.h"
#include "core/scan/literal_matcher.h"
#include "tests/support/fragments.h"

namespace cflt::scan {
namespace {

/// The end of each anchor, and its literal.
using Found = std::vector<std::pair<std::uint32_t, std::string>>;

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
    found.emplace_back(anchor.end, anchor.what().bytes);
  }
  return found;
}

/// The slow and obvious way.
Found search(const std::string& text, std::size_t fresh_at = 0) {
  Found found;
  for (std::uint32_t end = 1; end <= text.size(); ++end) {
    for (const Literal& literal : kLiterals) {
      if (end <= fresh_at || end < literal.bytes.size()) continue;
      const std::string_view last(text.data() + end - literal.bytes.size(),
                                  literal.bytes.size());
      if (literal.is_caseless ? can_be_same(last, literal.bytes)
                              : last == literal.bytes) {
        found.emplace_back(end, literal.bytes);
      }
    }
  }
  return found;
}

TEST(Scanner, FindsEachLiteral) {
  Scanner scanner = make_scanner();
  for (const Literal& literal : kLiterals) {
    const std::string text = "xx" + std::string(literal.bytes) + "yy";
    EXPECT_EQ(scan(scanner, text), search(text));
    EXPECT_EQ(scan(scanner, text).size(), 1U);
  }
}

TEST(Scanner, CaseMattersWhereItDoes) {
  Scanner simd = make_scanner();
  Scanner scalar = make_scanner(false);
  const Found expected = {{8, "63666c74"}, {15, "66-6c"}};
  EXPECT_EQ(scan(simd, "63666C74 \n66-6C CFLT y2zsd"), expected);
  EXPECT_EQ(scan(scalar, "63666C74 \n66-6C CFLT y2zsd"), expected);
}

TEST(Scanner, EmptyAndShortBlocksHaveNoAnchors) {
  Scanner scanner = make_scanner();
  EXPECT_TRUE(scan(scanner, "").empty());
  EXPECT_TRUE(scan(scanner, "cfl").empty());
}

TEST(Scanner, AnchorsKnownBeforeAreNotTold) {
  Scanner scanner = make_scanner();
  EXPECT_EQ(scan(scanner, "cflt cflt", 4), (Found{{9, "cflt"}}));
  EXPECT_EQ(scan(scanner, "cflt", 3), (Found{{4, "cflt"}}));
}

TEST(Scanner, FamiliesNotChosenAreNotFound) {
  const auto families =
      forms::families(forms::FormSet().add(forms::Form::kHex));
  auto scanner =
      Scanner::make(families, Database::compile(families).value()).value();
  EXPECT_EQ(scan(scanner, "cflt 63666c74"), (Found{{13, "63666c74"}}));
}

TEST(Literals, OverlapAsFarAsTheyAreSaidTo) {
  EXPECT_EQ(least_distance("66 6c", "cflt", 0), 3U);
  EXPECT_EQ(least_distance("66 6C", "cflt", 0), 3U);
  EXPECT_EQ(least_distance("\n66\n", "\n66\n", 1), 3U);
  EXPECT_EQ(least_distance("0x66\n", "66\n", 0), 0U);
  EXPECT_EQ(least_distance("66\n", "0X66\n", 0), 0U);
  EXPECT_EQ(least_distance("cflt", "jZmx0", 0), 5U);
}

TEST(Scanner, OverlappingAnchorsAreAllFound) {
  Scanner simd = make_scanner();
  Scanner scalar = make_scanner(false);
  for (const Literal& first : kLiterals) {
    for (const Literal& second : kLiterals) {
      for (std::size_t shared = 0; shared < second.bytes.size(); ++shared) {
        const auto text =
            std::string(first.bytes) + std::string(second.bytes.substr(shared));
        const Found expected = search(text);
        ASSERT_EQ(scan(simd, text), expected) << text;
        ASSERT_EQ(scan(scalar, text), expected) << text;
      }
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

TEST(Scanner, ADatabaseThatComesLateIsAskedForOnceAndChangesNothing) {
  int asked = 0;
  Scanner scanner = Scanner::make_late(kAll, [&asked] {
    ++asked;
    return Database::compile(kAll).value();
  });
  const std::string text = std::string(200'000, 'x') + "cflt and Y2Zsd";
  const Found expected = search(text);
  EXPECT_EQ(scan(scanner, text), expected);
  EXPECT_EQ(asked, 0);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(scan(scanner, text), expected);
  EXPECT_EQ(asked, 1);
}

TEST(Scanner, WhereNoDatabaseComesTheScalarMatcherGoesOn) {
  int asked = 0;
  Scanner scanner = Scanner::make_late(kAll, [&asked] {
    ++asked;
    return Database::Ptr();
  });
  const std::string text = std::string(kBytesBeforeDatabase, 'x') + "cflt";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(scan(scanner, text), search(text));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(scanner.rescued_count(), 0U);
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
