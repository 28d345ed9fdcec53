// The vocabulary of the record tests: a connection's bytes to records, whole
// or cut, and records to what a sink writes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/records/datagram_intake.h"
#include "core/records/intake.h"
#include "core/records/outbox.h"
#include "tests/reference/records.h"

namespace cflt::test {

/// What became of a connection's bytes.
struct Taken {
  std::vector<std::string> records;
  std::uint64_t in = 0;
  std::uint64_t split = 0;
  std::uint64_t truncated = 0;
  std::uint64_t partial = 0;
  std::uint64_t empty = 0;
  std::uint64_t skipped_bytes = 0;
  std::uint64_t lost_bytes = 0;  // with those that were not read any more
  bool bad_count = false;
  bool is_foreign = false;
  std::map<std::string, std::uint64_t> found;  // by form; no zeros
  std::uint64_t truncated_secrets = 0;
  std::uint64_t suspected = 0;
  std::uint64_t rejected = 0;

  bool operator==(const Taken&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Taken& taken);

struct IntakeChoice {
  framing::Framing framing = framing::Framing::kNewline;
  bool is_syslog = false;
  std::size_t max_length = 1 << 20;
  records::TooLong too_long = records::TooLong::kSplit;
  stream::Options rules;
};

/// A choice from any two numbers; lengths from 16 on.
IntakeChoice choice_from(std::uint16_t bits, std::uint16_t max_length);

std::shared_ptr<records::RecordRedactor> make_redactor(
    const stream::Options& options = {});

/// Reads of the given sizes in turn, the last repeated; 1 at least. Where
/// `releases`, what is incomplete is released behind each.
Taken take_in(const std::string& bytes, const IntakeChoice& choice,
              const std::vector<std::size_t>& sizes, bool releases = false);
Taken take_in_datagram(const std::string& bytes, const IntakeChoice& choice);
Taken take_in_by_reference(const std::string& bytes, const IntakeChoice& choice,
                           bool is_datagram = false);

/// Batches of the records, a few in each, as a datagram source makes them.
/// Records that end in LF or NUL lose it there.
std::vector<records::Batch> batches_of(const std::vector<std::string>& records,
                                       records::FramePool& pool,
                                       std::size_t records_in_each = 3);

std::string to_text(const records::Batch& batch, const records::Record& record);

}  // namespace cflt::test
