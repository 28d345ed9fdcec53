#include "tests/support/record_harness.h"

#include <algorithm>
#include <ostream>

#include "tests/support/harness.h"

namespace cflt::test {
namespace {

using records::Batch;

void add_counts(const records::IntakeCounts& counts, Taken& taken) {
  taken.in += counts.records;
  taken.split += counts.split;
  taken.truncated += counts.truncated;
  taken.partial += counts.partial;
  taken.empty += counts.empty;
  taken.skipped_bytes += counts.skipped_bytes;
  taken.lost_bytes += counts.lost_bytes;
}

void add_findings(const stream::Counts& counts, Taken& taken) {
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    if (counts.found[i] == 0) continue;
    taken.found[std::string(forms::kFormNames[i])] += counts.found[i];
  }
  taken.truncated_secrets += counts.truncated;
  taken.suspected += counts.suspected;
  taken.rejected += counts.rejected;
}

void add_records(std::vector<Batch>& batches, Taken& taken) {
  for (const Batch& batch : batches) {
    for (const records::Record& record : batch.records()) {
      taken.records.push_back(to_text(batch, record));
    }
  }
  batches.clear();
}

/// Compiled once: it takes longer than most tests.
scan::Database::Ptr database_of(scan::FamilySet families) {
  static std::map<unsigned, scan::Database::Ptr> databases;
  unsigned bits = 0;
  for (std::size_t i = 0; i < scan::kFamilyCount; ++i) {
    const bool has = families.has(static_cast<scan::Family>(i));
    bits |= has ? 1U << i : 0U;
  }
  auto& database = databases[bits];
  if (database == nullptr) database = *scan::Database::compile(families);
  return database;
}

records::IntakeOptions options_of(const IntakeChoice& choice) {
  records::IntakeOptions options;
  options.framing = choice.framing;
  options.origin.is_syslog = choice.is_syslog;
  options.max_length_bytes = choice.max_length;
  options.too_long = choice.too_long;
  return options;
}

reference::IntakeOptions reference_options(const IntakeChoice& choice,
                                           bool is_datagram) {
  reference::IntakeOptions options;
  options.framing =
      is_datagram
          ? reference::Framing::kDatagram
          : static_cast<reference::Framing>(static_cast<int>(choice.framing));
  options.is_syslog = choice.is_syslog;
  options.max_length = choice.max_length;
  options.too_long = choice.too_long == records::TooLong::kSplit
                         ? reference::TooLong::kSplit
                         : reference::TooLong::kTruncate;
  options.rules = reference_rules(choice.rules);
  return options;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Taken& taken) {
  out << taken.in << " in, " << taken.split << " split, " << taken.truncated
      << " truncated, " << taken.partial << " partial, " << taken.empty
      << " empty, " << taken.skipped_bytes << " skipped, " << taken.lost_bytes
      << " lost, bad " << taken.bad_count << ", foreign " << taken.is_foreign
      << ", " << taken.truncated_secrets << " cut, " << taken.suspected
      << " suspected, " << taken.rejected << " rejected; records:";
  for (const auto& record : taken.records) {
    out << "\n  " << record.size() << " " << record.substr(0, 200);
  }
  for (const auto& [form, count] : taken.found) {
    out << "\n  found " << form << " " << count;
  }
  return out;
}

std::string to_text(const Batch& batch, const records::Record& record) {
  const Bytes bytes = batch.bytes(record);
  return {bytes.data(), bytes.size()};
}

IntakeChoice choice_from(std::uint16_t bits, std::uint16_t max_length) {
  IntakeChoice choice;
  choice.framing = static_cast<framing::Framing>(bits % 5);
  // Lines of others are no syslog; NUL may be both.
  choice.is_syslog = choice.framing == framing::Framing::kNul
                         ? bits % 2 == 0
                         : choice.framing != framing::Framing::kNewline;
  choice.too_long =
      (bits & 4) != 0 ? records::TooLong::kTruncate : records::TooLong::kSplit;
  // Half of them short, so that much is too long.
  choice.max_length = 16 + max_length % ((bits & 8) != 0 ? 100 : 5000);
  choice.rules = options_from(bits >> 4 | ((bits & 16) != 0 ? 4U : 0U));
  return choice;
}

std::shared_ptr<records::RecordRedactor> make_redactor(
    const stream::Options& options) {
  const auto families = forms::families(options.forms);
  auto scanner = scan::Scanner::make(families, database_of(families));
  return std::make_shared<records::RecordRedactor>(
      std::make_shared<stream::Rules>(options),
      std::make_shared<scan::Scanner>(std::move(*scanner)));
}

Taken take_in(const std::string& bytes, const IntakeChoice& choice,
              const std::vector<std::size_t>& sizes, bool releases) {
  records::FramePool pool;
  const auto redactor = make_redactor(choice.rules);
  records::Intake intake(options_of(choice), redactor, pool);
  Taken taken;
  std::vector<Batch> batches;
  std::size_t turn = 0;
  std::size_t at = 0;
  bool is_lost = false;
  while (at < bytes.size() && !is_lost) {
    const auto room = intake.room();
    const std::size_t size = std::min({sizes[std::min(turn, sizes.size() - 1)],
                                       room.size(), bytes.size() - at});
    bytes.copy(room.data(), size, at);
    is_lost = !intake.filled(size, 0, batches);
    if (releases && !is_lost) intake.release(0, batches);
    add_records(batches, taken);
    at += size;
    ++turn;
  }
  is_lost |= !intake.end(0, batches);
  taken.is_foreign = framing::is_foreign(intake.opening());
  taken.bad_count = is_lost && !taken.is_foreign;
  taken.lost_bytes = bytes.size() - at;
  add_records(batches, taken);
  add_counts(intake.take_counts(), taken);
  add_findings(redactor->take_counts(), taken);
  return taken;
}

Taken take_in_datagram(const std::string& bytes, const IntakeChoice& choice) {
  records::FramePool pool;
  const auto redactor = make_redactor(choice.rules);
  records::DatagramIntake intake(options_of(choice), redactor, pool);
  Taken taken;
  std::vector<Batch> batches;
  intake.add({bytes.data(), bytes.size()}, 0, batches);
  intake.flush(0, batches);
  add_records(batches, taken);
  add_counts(intake.take_counts(), taken);
  add_findings(redactor->take_counts(), taken);
  return taken;
}

Taken take_in_by_reference(const std::string& bytes, const IntakeChoice& choice,
                           bool is_datagram) {
  const auto result =
      reference::take_in(bytes, reference_options(choice, is_datagram));
  Taken taken;
  taken.records = result.records;
  taken.in = result.in;
  taken.split = result.split;
  taken.truncated = result.truncated_records;
  taken.partial = result.partial;
  taken.bad_count = result.bad_count;
  taken.empty = result.empty;
  taken.skipped_bytes = result.skipped_bytes;
  taken.lost_bytes = result.lost_bytes;
  taken.is_foreign = result.is_foreign;
  for (const auto& [form, count] : result.found) {
    if (count > 0) taken.found[form] = count;
  }
  taken.truncated_secrets = result.truncated;
  taken.suspected = result.suspected;
  taken.rejected = result.rejected;
  return taken;
}

std::vector<Batch> batches_of(const std::vector<std::string>& records,
                              records::FramePool& pool,
                              std::size_t records_in_each) {
  records::DatagramIntake intake({}, make_redactor(), pool);
  std::vector<Batch> batches;
  std::size_t count = 0;
  for (const std::string& record : records) {
    intake.add({record.data(), record.size()}, 0, batches);
    if (++count % records_in_each == 0) intake.flush(0, batches);
  }
  intake.flush(0, batches);
  return batches;
}

}  // namespace cflt::test
