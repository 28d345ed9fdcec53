// The vocabulary of the stream tests: redact a string, whole or cut.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/stream/stream.h"
#include "core/stream/window.h"
#include "tests/reference/reference.h"

namespace cflt::test {

/// What a stream made of an input.
struct Outcome {
  std::string output;
  std::map<std::string, std::uint64_t> found;  // by form; no zeros
  std::uint64_t truncated = 0;
  std::uint64_t suspected = 0;
  std::uint64_t rejected = 0;

  bool operator==(const Outcome&) const = default;
};

/// For the messages of failed tests.
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

/// A stream that is fed piece by piece.
class Feeder {
 public:
  explicit Feeder(const stream::Options& options = {});
  ~Feeder();

  /// Feeds bytes; what left so far is in output().
  void feed(const std::string& bytes);
  void finish();

  const std::string& output() const { return outcome_.output; }
  /// Bytes that went in and did not leave; masks aside.
  std::size_t kept_bytes() const { return stream_->keep(); }
  Outcome outcome() const;

 private:
  void take(std::span<const Outgoing> pieces);

  stream::Rules rules_;
  std::unique_ptr<scan::Scanner> scanner_;
  std::unique_ptr<stream::Stream> stream_;
  stream::Window window_;
  Outcome outcome_;
};

Outcome redact_whole(const std::string& input,
                     const stream::Options& options = {});

/// Chunks of the given sizes in turn, the last size repeated; sizes are 1 at
/// least.
Outcome redact_in_chunks(const std::string& input,
                         const std::vector<std::size_t>& sizes,
                         const stream::Options& options = {});

/// The same options in the reference's words.
reference::Options reference_rules(const stream::Options& options);

/// What the reference makes of it.
Outcome redact_by_reference(const std::string& input,
                            const stream::Options& options = {});

/// Options from any two bytes: forms, and what is masked.
stream::Options options_from(unsigned bits);

}  // namespace cflt::test
