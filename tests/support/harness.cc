#include "tests/support/harness.h"

#include <algorithm>
#include <ostream>

namespace cflt::test {
namespace {

constexpr std::size_t kChunkBytes = 4096;

/// Compiled once for each set of forms: it costs a millisecond.
scan::Database::Ptr database_for(forms::FormSet forms, unsigned key) {
  static std::map<unsigned, scan::Database::Ptr> databases;
  auto& database = databases[key];
  if (!database) {
    database = scan::Database::compile(forms::families(forms)).value();
  }
  return database;
}

unsigned key_of(forms::FormSet forms) {
  unsigned key = 0;
  for (unsigned i = 0; i < forms::kFormCount; ++i) {
    if (forms.has(static_cast<forms::Form>(i))) key |= 1U << i;
  }
  return key;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  out << '"';
  for (const char c : outcome.output) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr char kDigits[] = "0123456789abcdef";
    if (byte < 0x20 || byte >= 0x7f) {
      out << "\\x" << kDigits[byte >> 4] << kDigits[byte & 15];
    } else {
      out << c;
    }
  }
  out << '"';
  for (const auto& [form, count] : outcome.found) {
    out << ' ' << form << '=' << count;
  }
  return out << " truncated=" << outcome.truncated
             << " suspected=" << outcome.suspected
             << " rejected=" << outcome.rejected;
}

Feeder::Feeder(const stream::Options& options)
    : rules_(options), window_(kChunkBytes) {
  const auto families = forms::families(options.forms);
  auto database = families.empty()
                      ? nullptr
                      : database_for(options.forms, key_of(options.forms));
  scanner_ = std::make_unique<scan::Scanner>(
      scan::Scanner::make(families, database).value());
  stream_ = std::make_unique<stream::Stream>(rules_, *scanner_);
}

Feeder::~Feeder() = default;

void Feeder::feed(const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += kChunkBytes) {
    const std::string chunk = bytes.substr(at, kChunkBytes);
    std::copy(chunk.begin(), chunk.end(), window_.room().begin());
    take(stream_->feed(window_.filled(chunk.size()), window_.fresh_at()));
  }
}

void Feeder::finish() { take(stream_->finish(window_.filled(0))); }

void Feeder::take(std::span<const Outgoing> pieces) {
  for (const auto& piece : pieces) {
    outcome_.output.append(piece.bytes().data(), piece.bytes().size());
  }
  window_.keep(stream_->keep(), pieces);
}

Outcome Feeder::outcome() const {
  Outcome outcome = outcome_;
  const auto& counts = stream_->counts();
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    if (counts.found[i] == 0) continue;
    outcome.found[std::string(forms::kFormNames[i])] = counts.found[i];
  }
  outcome.truncated = counts.truncated;
  outcome.suspected = counts.suspected;
  outcome.rejected = counts.rejected;
  return outcome;
}

Outcome redact_whole(const std::string& input, const stream::Options& options) {
  return redact_in_chunks(input, {kChunkBytes}, options);
}

Outcome redact_in_chunks(const std::string& input,
                         const std::vector<std::size_t>& sizes,
                         const stream::Options& options) {
  Feeder feeder(options);
  std::size_t turn = 0;
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t size = sizes[std::min(turn++, sizes.size() - 1)];
    feeder.feed(input.substr(at, size));
    at += size;
  }
  feeder.finish();
  return feeder.outcome();
}

reference::Options reference_rules(const stream::Options& options) {
  reference::Options chosen;
  for (unsigned i = 0; i < forms::kFormCount; ++i) {
    if (options.forms.has(static_cast<forms::Form>(i))) {
      chosen.forms.insert(std::string(forms::kFormNames[i]));
    }
  }
  chosen.mask_truncated = options.mask_truncated;
  chosen.redact_mismatch = options.mask_rejected;
  chosen.same_length = options.mask == redact::MaskLength::kSame;
  return chosen;
}

Outcome redact_by_reference(const std::string& input,
                            const stream::Options& options) {
  const auto result = reference::redact(input, reference_rules(options));
  return {result.output, result.found, result.truncated, result.suspected,
          result.rejected};
}

stream::Options options_from(unsigned bits) {
  stream::Options options;
  options.mask_truncated = (bits & 1) != 0;
  options.mask_rejected = (bits & 2) != 0;
  bits >>= 2;
  const bool all = (bits & 1) != 0;
  bits >>= 1;
  if (all) return options;
  options.forms = {};
  for (unsigned i = 0; i < forms::kFormCount; ++i) {
    if ((bits >> i & 1) != 0) options.forms.add(static_cast<forms::Form>(i));
  }
  if (options.forms.empty()) options.forms = forms::FormSet::all();
  return options;
}

}  // namespace cflt::test
