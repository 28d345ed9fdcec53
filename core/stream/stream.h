// One stream: chunks in, released pieces out.
//
//   bytes --> scan --anchors--> forms --candidates--> secret --findings-->
//         redact --pieces--> out
//
// A window is a chunk with what the stream still needs of the bytes before it:
//
//   |<- context ->|<- held ->|<------ fresh ------>|<- 64 readable bytes ->|
//    left already  undecided  read just now
//
// The caller puts the last keep() bytes of a window in front of the next fresh
// bytes (stream/window.h does it). Only what follows a complete anchor is
// held, at most 512 bytes; a stream without anchors holds nothing.
//
// The result does not depend on how the stream is cut into chunks. Streams do
// not allocate once they have seen their largest window. A Stream belongs to
// one thread at a time; its Scanner is lent to it and may serve others.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/bytes.h"
#include "core/forms/symbol_run.h"
#include "core/redact/redactor.h"
#include "core/scan/scanner.h"
#include "core/secret/secret.h"
#include "core/stream/findings.h"
#include "core/stream/rules.h"

namespace cflt::stream {

/// Bytes behind an anchor that may decide about it.
inline constexpr std::size_t kWindowBytes = 512;

/// The most that keep() can ask for: the longest held tail.
inline constexpr std::size_t kMaxKeepBytes = kWindowBytes;
static_assert(kMaxKeepBytes >= scan::kContextBytes);

/// What was decided, since the stream began.
struct Counts {
  std::array<std::uint64_t, forms::kFormCount> found{};
  std::uint64_t truncated = 0;
  std::uint64_t suspected = 0;
  std::uint64_t rejected = 0;
  /// Of all these, those that are replaced: not each that is rejected is.
  std::uint64_t masked = 0;

  std::uint64_t found_in_all() const;
  /// Replaced, and more than suspected.
  std::uint64_t masked_with_proof() const { return masked - suspected; }
  Counts& operator+=(const Counts& other);
};

class Stream {
 public:
  /// Both outlive the stream.
  Stream(const Rules& rules, scan::Scanner& scanner);

  /// Takes a window whose bytes from `fresh_at` on are new. The pieces are
  /// valid until the next call, and as long as the window is.
  std::span<const Outgoing> feed(Bytes window, std::size_t fresh_at);

  /// The stream ends: decides and releases what is held. `window` is the last
  /// keep() bytes. The next feed() begins another stream (with fresh_at 0);
  /// counts go on.
  std::span<const Outgoing> finish(Bytes window);

  /// A whole stream at once, where the caller has scanned it as a part of
  /// something larger: `anchors` lie within it, in order, and their ends are
  /// offsets from `offset` bytes before it. Pieces are valid as those of
  /// feed().
  std::span<const Outgoing> redact_whole(Bytes window,
                                         std::span<const scan::Anchor> anchors,
                                         std::uint32_t offset);

  /// How many bytes at the end of the last window the next must begin with.
  std::size_t keep() const;

  /// Of an anchor that is not decided: its bytes, which are the last that were
  /// released. 0: there is none.
  std::size_t undecided_anchor_bytes() const {
    return pending_.empty() ? 0 : scan::literal(pending_.front().family).size();
  }

  /// The masks among the pieces of the last call.
  std::span<const redact::Atom> atoms() const { return redactor_.atoms(); }

  /// From now on each call fills `findings`, which outlives the stream, with
  /// what it decides. An anchor may stand before the window.
  void report_to(Findings& findings) { findings_ = &findings; }

  const Counts& counts() const { return counts_; }
  /// What was counted since the last call, or since the stream began.
  Counts take_counts();

 private:
  struct Pending {
    std::uint64_t end;    // stream position behind the anchor
    std::uint32_t first;  // index in the run of the symbol behind it
    scan::Family family;
  };

  /// The anchors that are not decided, in order. All of them stand in the one
  /// run that is being read.
  class Queue {
   public:
    bool empty() const { return size_ == 0; }
    const Pending& front() const { return items_[head_]; }
    void push(const Pending& pending);
    void pop();

   private:
    /// The longest candidate has 120 symbols, the shortest anchor 4.
    static constexpr std::size_t kCapacity = 32;
    std::array<Pending, kCapacity> items_;
    std::size_t head_ = 0;
    std::size_t size_ = 0;
  };

  void begin(Bytes window, std::size_t fresh_at);
  void add(const scan::Anchor& anchor);
  std::uint32_t locate(const scan::Anchor& anchor, std::uint64_t end);
  void advance();
  std::span<const Outgoing> decide_all();
  void drop_broken();
  forms::Reading reading_of(const Pending& pending) const;
  bool is_cut(const Pending& pending) const;
  void decide();
  bool apply(secret::Verdict verdict, const Pending& pending,
             const forms::Reading& reading, const secret::Candidate& candidate);
  void report(secret::Verdict verdict, bool is_masked, const Pending& pending,
              const forms::Reading& reading,
              const secret::Candidate& candidate);
  std::uint64_t window_end() const { return position_ + window_.size(); }

  const Rules* rules_;
  scan::Scanner* scanner_;
  forms::SymbolRun run_;
  Queue pending_;
  std::uint32_t last_first_ = 0;  // of the anchor added last
  redact::Redactor redactor_;
  Counts counts_;
  Findings* findings_ = nullptr;
  Bytes window_;
  std::uint64_t position_ = 0;  // of window_[0] in the stream
};

}  // namespace cflt::stream
