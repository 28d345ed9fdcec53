#include "daemon/serve/worker/self_test.h"

#include <fmt/format.h>

#include <cstring>
#include <random>
#include <vector>

#include "core/canary/canary.h"
#include "core/records/intake.h"
#include "daemon/serve/source/source.h"

namespace cflt::serve::worker {
namespace {

/// Behind the anchor of every form, and of the secret in all.
constexpr std::size_t kSecretAt = 20;
constexpr std::size_t kSecretBytes = 20;

/// A line a form that is looked for.
std::vector<std::string> make_lines(const stream::Rules& rules) {
  std::random_device device;
  canary::Canaries canaries(std::uint64_t{device()} << 32 | device());
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    const auto form = static_cast<forms::Form>(i);
    if (rules.options.forms.has(form)) lines.push_back(canaries.next(form));
  }
  return lines;
}

std::vector<records::Batch> redact(const std::vector<std::string>& lines,
                                   records::Intake& intake) {
  std::vector<records::Batch> batches;
  std::size_t size = 0;
  const std::span<char> room = intake.room();
  for (const std::string& line : lines) {
    line.copy(room.data() + size, line.size());
    size += line.size();
    room[size++] = '\n';
  }
  intake.filled(size, source::now_ns(), batches);
  return batches;
}

/// A line with a short mask is shorter than it was. One of the same length has
/// other bytes.
bool is_masked(const std::string& line, Bytes redacted,
               redact::MaskLength mask) {
  if (mask == redact::MaskLength::kShort) return redacted.size() < line.size();
  return redacted.size() == line.size() &&
         line.compare(kSecretAt, kSecretBytes, redacted.data() + kSecretAt,
                      kSecretBytes) != 0;
}

/// The first line whose secret is not gone, or all of them.
std::size_t find_raw(const std::vector<std::string>& lines,
                     const records::Batch& batch, redact::MaskLength mask) {
  std::size_t i = 0;
  for (; i < lines.size() && i < batch.records().size(); ++i) {
    if (!is_masked(lines[i], batch.bytes(batch.records()[i]), mask)) break;
  }
  return i;
}

}  // namespace

std::string SelfTest::run(const std::shared_ptr<const stream::Rules>& rules,
                          std::shared_ptr<scan::Scanner> scanner,
                          records::FramePool& pool) {
  const std::vector<std::string> lines = make_lines(*rules);
  const auto redactor =
      std::make_shared<records::RecordRedactor>(rules, std::move(scanner));
  records::Intake intake({}, redactor, pool);
  const auto batches = redact(lines, intake);
  if (lines.empty()) return "no form is looked for";
  if (batches.size() != 1 || batches[0].records().size() != lines.size()) {
    return "records were lost";
  }
  const std::size_t raw = find_raw(lines, batches[0], rules->options.mask);
  if (raw < lines.size()) {
    return fmt::format("fake secret {} of {} was not masked", raw + 1,
                       lines.size());
  }
  if (redactor->take_counts().found_in_all() != lines.size()) {
    return "fake secrets were not counted";
  }
  return {};
}

}  // namespace cflt::serve::worker
