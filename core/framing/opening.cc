#include "core/framing/opening.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace cflt::framing {
namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view bytes;
  Opening opening;
};

/// None is the beginning of another.
constexpr std::array kKnown = {
    Known{"\x16\x03"sv, Opening::kTls},
    Known{"PROXY TCP4 "sv, Opening::kProxy},
    Known{"PROXY TCP4\r"sv, Opening::kProxy},
    Known{"PROXY TCP6 "sv, Opening::kProxy},
    Known{"PROXY TCP6\r"sv, Opening::kProxy},
    Known{"PROXY UNKNOWN "sv, Opening::kProxy},
    Known{"PROXY UNKNOWN\r"sv, Opening::kProxy},
    Known{"\r\n\r\n\0\r\nQUIT\n"sv, Opening::kProxy},
    Known{"CONNECT "sv, Opening::kHttp},
    Known{"DELETE /"sv, Opening::kHttp},
    Known{"GET /"sv, Opening::kHttp},
    Known{"HEAD /"sv, Opening::kHttp},
    Known{"OPTIONS "sv, Opening::kHttp},
    Known{"PATCH /"sv, Opening::kHttp},
    Known{"POST /"sv, Opening::kHttp},
    Known{"PUT /"sv, Opening::kHttp},
};

}  // namespace

Opening read_opening(Bytes bytes) {
  bool is_undecided = bytes.empty();
  for (const Known& known : kKnown) {
    const std::size_t size = std::min(bytes.size(), known.bytes.size());
    if (std::memcmp(bytes.data(), known.bytes.data(), size) != 0) continue;
    if (size == known.bytes.size()) return known.opening;
    is_undecided = true;
  }
  return is_undecided ? Opening::kUndecided : Opening::kRecords;
}

}  // namespace cflt::framing
