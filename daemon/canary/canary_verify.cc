// `canary --verify`: the table and the JSON of an audit.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <optional>
#include <vector>

#include "core/bytes.h"
#include "core/canary/audit.h"
#include "daemon/base/host_and_time.h"
#include "daemon/base/io.h"
#include "daemon/base/messages.h"
#include "daemon/base/version.h"
#include "daemon/canary/canary_command.h"
#include "daemon/filter/input.h"

namespace cflt::canary {
namespace {

using canary::LineVerdict;
using canary::Verdict;

/// Lines that the table names; the JSON names all.
constexpr std::size_t kNamedLines = 20;

constexpr std::array<const char*, canary::kVerdictCount> kVerdictNames = {
    "missing", "damaged", "masked", "raw"};

const char* name_of(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

/// Lines by verdict.
struct Row {
  std::array<std::uint32_t, canary::kVerdictCount> counts{};

  std::uint32_t of(Verdict verdict) const {
    return counts[static_cast<std::size_t>(verdict)];
  }
  std::uint32_t sent() const {
    std::uint32_t sum = 0;
    for (const std::uint32_t count : counts) sum += count;
    return sum;
  }
  void add(Verdict verdict) { ++counts[static_cast<std::size_t>(verdict)]; }
};

struct Report {
  std::string id;
  std::uint64_t bytes = 0;  // of the export
  std::vector<LineVerdict> lines;
  std::array<Row, forms::kFormCount> rows;
  Row all;
};

Report report_of(const std::string& id, std::uint64_t bytes,
                 const canary::Audit& audit) {
  Report report{id, bytes, audit.verdicts(), {}, {}};
  for (const LineVerdict& line : report.lines) {
    report.rows[static_cast<std::size_t>(line.form)].add(line.verdict);
    report.all.add(line.verdict);
  }
  return report;
}

std::string to_row(std::string_view name, const Row& row) {
  return fmt::format("{:<16}{:>6}{:>8}{:>6}{:>9}{:>9}\n", name, row.sent(),
                     row.of(Verdict::kMasked), row.of(Verdict::kRaw),
                     row.of(Verdict::kDamaged), row.of(Verdict::kMissing));
}

std::string to_text(const Report& report) {
  std::string text = fmt::format("{:<16}{:>6}{:>8}{:>6}{:>9}{:>9}\n", "form",
                                 "sent", "masked", "raw", "damaged", "missing");
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    if (report.rows[i].sent() == 0) continue;
    text += to_row(forms::kFormNames[i], report.rows[i]);
  }
  text += to_row("all", report.all);
  std::size_t named = 0;
  for (const LineVerdict& line : report.lines) {
    const bool seen =
        line.verdict == Verdict::kRaw || line.verdict == Verdict::kDamaged;
    if (!seen || ++named > kNamedLines) continue;
    text += fmt::format("{}: n={} form={}, at byte {}\n", name_of(line.verdict),
                        line.number, forms::name(line.form), line.offset);
  }
  if (named > kNamedLines) {
    text += fmt::format("and {} more\n", named - kNamedLines);
  }
  return text;
}

boost::json::object counts_in_json(const Row& row) {
  return {{"sent", row.sent()},
          {"masked", row.of(Verdict::kMasked)},
          {"raw", row.of(Verdict::kRaw)},
          {"damaged", row.of(Verdict::kDamaged)},
          {"missing", row.of(Verdict::kMissing)}};
}

boost::json::object in_json(const LineVerdict& line) {
  boost::json::object object{{"n", line.number},
                             {"form", forms::name(line.form)},
                             {"verdict", name_of(line.verdict)}};
  if (line.verdict != Verdict::kMissing) object.emplace("offset", line.offset);
  return object;
}

std::string to_json(const Report& report) {
  boost::json::object object{
      {"run", report.id},
      {"time", base::to_utc(std::chrono::system_clock::now())},
      {"host", base::host_name()},
      {"version", base::version_number()},
      {"bytes", report.bytes}};
  for (const auto& [name, count] : counts_in_json(report.all)) {
    object.emplace(name, count);
  }
  boost::json::object& by_form = object["forms"].emplace_object();
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    if (report.rows[i].sent() == 0) continue;
    by_form.emplace(forms::kFormNames[i], counts_in_json(report.rows[i]));
  }
  boost::json::array& lines = object["not_masked"].emplace_array();
  for (const LineVerdict& line : report.lines) {
    if (line.verdict != Verdict::kMasked) lines.push_back(in_json(line));
  }
  return boost::json::serialize(object) + "\n";
}

/// The bytes of the export. Nothing: it could not be read, and was told.
std::optional<std::uint64_t> read_export(const std::string& path,
                                         canary::Audit& audit) {
  auto input = filter::Input::open(path);
  if (!input.has_value()) {
    base::complain_about(path, input.error());
    return std::nullopt;
  }
  std::vector<char> room(kChunkBytes);
  std::uint64_t bytes = 0;
  for (;;) {
    const auto count = input->read(room);
    if (!count.has_value()) {
      base::complain_about(input->name(), count.error());
      return std::nullopt;
    }
    if (*count == 0) break;
    audit.feed({room.data(), *count});
    bytes += *count;
  }
  audit.finish();
  return bytes;
}

/// Whether the export is that of one run; it is told where not.
bool is_one_run(const std::string& id, const canary::Audit& audit) {
  if (audit.other_seed_count() > 0) {
    base::complain(fmt::format(
        "run {}: {} of its lines were made with another --seed; nothing can be "
        "said of their secrets",
        id, audit.other_seed_count()));
    return false;
  }
  if (!audit.other_line_count()) return true;
  base::complain(fmt::format(
      "run {}: lines of {} and lines of {}; give every run its own ID", id,
      *audit.line_count(), *audit.other_line_count()));
  return false;
}

}  // namespace

base::ExitCode run_canary_verify(const CanaryVerifyOptions& options) {
  canary::Audit audit(options.id, options.seed, options.line_count);
  const auto bytes = read_export(options.path, audit);
  if (!bytes) return base::kExitError;
  if (!is_one_run(options.id, audit)) return base::kExitError;
  if (!audit.line_count()) {
    base::complain(
        fmt::format("run {}: no line of it arrived, {} of its secrets did",
                    options.id, audit.raw_count()));
    return base::kExitFound;
  }
  const Report report = report_of(options.id, *bytes, audit);
  const bool clean = report.all.sent() > 0 &&
                     report.all.of(Verdict::kMasked) == report.all.sent();
  if (!base::print(options.json ? to_json(report) : to_text(report))) {
    return base::kExitError;
  }
  return clean ? base::kExitClean : base::kExitFound;
}

}  // namespace cflt::canary
