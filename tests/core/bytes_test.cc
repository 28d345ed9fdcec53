// Stream content must not be loggable: what compiles here would be a leak.
#include "core/bytes.h"

#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <fmt/std.h>
#include <gtest/gtest.h>

#include <ostream>
#include <ranges>
#include <string_view>

#include "core/redact/redactor.h"

namespace cflt {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

template <class T>
concept Formattable = fmt::is_formattable<T>::value;

template <class T>
concept TextLike =
    std::convertible_to<T, std::string_view> || std::ranges::range<T>;

// The concepts see what they should.
static_assert(Streamable<const char*> && Formattable<std::string_view>);
static_assert(TextLike<std::string>);

static_assert(!Streamable<Bytes> && !Streamable<Outgoing>);
static_assert(!Formattable<Bytes> && !Formattable<Outgoing>);
static_assert(!TextLike<Bytes> && !TextLike<Outgoing>);

// Only who holds what was scanned makes bytes that may leave.
static_assert(!std::is_constructible_v<Outgoing, Bytes>);

TEST(Bytes, SliceTakesTheBytesBetween) {
  const Bytes bytes("abcdef", 6);
  const Bytes slice = bytes.slice(2, 4);
  EXPECT_EQ(slice.size(), 2U);
  EXPECT_EQ(slice[0], 'c');
  EXPECT_EQ(slice[1], 'd');
  EXPECT_TRUE(bytes.slice(6, 6).empty());
}

TEST(CheckDeathTest, BrokenInvariantAborts) {
  EXPECT_DEATH(CFLT_CHECK(1 == 2), "broken invariant: 1 == 2");
}

}  // namespace
}  // namespace cflt
