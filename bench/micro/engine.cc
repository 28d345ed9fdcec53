#include "bench/micro/engine.h"

#include <cstdio>
#include <cstdlib>

namespace cflt::bench {

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "cflt_micro: wrong, so not timed: %.*s\n",
               static_cast<int>(what.size()), what.data());
  std::abort();
}

scan::Scanner make_scanner() {
  static const auto families = forms::families(forms::FormSet::all());
  static const auto database = scan::Database::compile(families).value();
  return scan::Scanner::make(families, database).value();
}

const stream::Rules& rules() {
  static const stream::Rules rules{stream::Options{}};
  return rules;
}

std::size_t count_released(Feeder& feeder, Bytes input) {
  std::size_t count = 0;
  feeder.run(input, [&count](Bytes piece) { count += piece.size(); });
  return count;
}

std::string output_of(Feeder& feeder, Bytes input) {
  std::string output;
  feeder.run(input, [&output](Bytes piece) {
    output.append(piece.data(), piece.size());
  });
  return output;
}

}  // namespace cflt::bench
