// What became of a run's lines: reads an export from a pipeline's far end.
//
// Lines may stand anywhere, be duplicated, reordered or missing, and be escaped
// as JSON once or twice. Memory does not grow with the export.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/canary/run.h"
#include "core/canary/traces.h"

namespace cflt::canary {

enum class Verdict : std::uint8_t {
  kMissing,  // nothing of it arrived
  kDamaged,  // the prefix did, and neither mask nor secret
  kMasked,   // each has its mask in place, and the secret is nowhere
  kRaw,      // at least 10 characters of the secret in a row are somewhere
};
inline constexpr std::size_t kVerdictCount = 4;

struct LineVerdict {
  std::uint32_t number;
  forms::Form form;
  Verdict verdict;
  std::uint64_t offset;  // where it was seen first, in the export; 0: missing
};

class Audit {
 public:
  /// `line_count` is what the prefixes say, where it is not given.
  Audit(std::string id, std::uint64_t seed,
        std::optional<std::uint32_t> line_count);

  void feed(std::string_view chunk);
  /// The export ends. Nothing but the questions may follow.
  void finish();

  /// How many lines were sent; none where nothing said so.
  std::optional<std::uint32_t> line_count() const { return line_count_; }
  /// What another prefix said.
  std::optional<std::uint32_t> other_line_count() const { return other_; }
  /// Lines of this run by another seed: nothing is known about them.
  std::uint64_t other_seed_count() const { return other_seed_count_; }

  /// Secrets that were seen, also where no prefix was.
  std::size_t raw_count() const;

  /// Of each line, in order.
  std::vector<LineVerdict> verdicts() const;

 private:
  struct Line {
    std::optional<forms::Form> form;
    std::optional<std::uint64_t> at, raw_at;
    std::uint32_t copies = 0, masked_copies = 0;
  };

  void read(std::size_t limit);
  std::size_t step(std::string_view text, std::uint64_t position);
  void note(const Seen& seen, std::uint64_t position);
  void open(const Prefix& prefix, std::uint64_t position);
  std::optional<forms::Form> only_form() const;

  const std::string id_;
  const std::uint32_t check_;
  const Traces traces_;
  Reader reader_;
  std::string buffer_;
  std::uint64_t position_ = 0;  // of buffer_[0] in the export
  std::optional<std::uint32_t> line_count_, other_;
  std::uint64_t other_seed_count_ = 0;
  std::vector<Line> lines_;
  Line* open_ = nullptr;  // its prefix was just read
};

}  // namespace cflt::canary
