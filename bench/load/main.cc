// cflt_load: what bench/serve sends with, receives with, and measures latency
// with. Its verbs are in verbs.h.

#include <cstdio>
#include <map>

#include "bench/load/verbs.h"

namespace {

constexpr const char* kUsage =
    "usage: cflt_load send tcp|udp ADDRESS --file F [--copies N]"
    " [--connections C] [--rate R]\n"
    "       cflt_load receive tcp|udp PORT [--bytes N] [--quiet MS]"
    " [--output F] [--rate B] [--lines 1]\n"
    "       cflt_load probe ADDRESS PORT [--rate R] [--seconds S] [--size B]\n"
    "       cflt_load idle ADDRESS --connections N\n";

int run(const cflt::load::Options& options) {
  using namespace cflt::load;
  static const std::map<std::string, void (*)(const Options&)> kVerbs = {
      {"send", send}, {"receive", receive}, {"probe", probe}, {"idle", idle}};
  const auto verb = kVerbs.find(options.word(0, "verb"));
  if (verb == kVerbs.end()) throw LoadError("no such verb");
  catch_stop_signals();
  verb->second(options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(cflt::load::Options(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cflt_load: %s\n%s", error.what(), kUsage);
    return 2;
  }
}
