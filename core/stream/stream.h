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
// held, at most 2,048 bytes; a stream without anchors holds nothing.
//
// The result does not depend on how the stream is cut into chunks. Streams do
// not allocate once they have seen their largest window and an anchor of each
// coding. A Stream belongs to one thread at a time; its Scanner is lent to it
// and may serve others.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "core/bytes.h"
#include "core/forms/candidates.h"
#include "core/redact/redactor.h"
#include "core/scan/scanner.h"
#include "core/secret/secret.h"
#include "core/stream/findings.h"
#include "core/stream/rules.h"

namespace cflt::stream {

/// Bytes behind an anchor that may decide about it.
constexpr std::size_t window_bytes(forms::Coding coding) {
  return coding == forms::Coding::kBytes   ? 512
         : coding == forms::Coding::kUtf16 ? 1024
                                           : 2048;
}

inline constexpr std::size_t kLongestWindowBytes =
    window_bytes(forms::Coding::kNumbers);

/// The first letter of a list's anchor is looked up in so many bytes in front
/// of its second (docs/language.md, 2.1).
inline constexpr std::size_t kLookBehindBytes = 64;

/// What an anchor that ends in fresh bytes may need of those before: its own
/// first bytes and the unit in front of it; in a list, all that is looked
/// through and the byte in front of that.
inline constexpr std::size_t kLeastContextBytes = scan::kOverlapBytes + 2;
inline constexpr std::size_t kMostContextBytes =
    scan::kOverlapBytes + kLookBehindBytes + 1;

/// The most that keep() can ask for: the longest held tail.
inline constexpr std::size_t kMaxKeepBytes = kLongestWindowBytes;
static_assert(kMaxKeepBytes >= kMostContextBytes);

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
  /// something larger: `anchors` end within it, in order, and those that do not
  /// begin there are none; their ends are offsets from `offset` bytes before
  /// it. Pieces are valid as those of feed().
  std::span<const Outgoing> redact_whole(Bytes window,
                                         std::span<const scan::Anchor> anchors,
                                         std::uint32_t offset);

  /// How many bytes at the end of the last window the next must begin with.
  std::size_t keep() const;

  /// Of an anchor that is not decided: its last bytes, which are the last that
  /// were released, as many as an atom has. 0: there is none.
  std::size_t undecided_anchor_bytes() const {
    return pending_.empty()
               ? 0
               : std::min<std::size_t>(pending_.front().anchor_bytes,
                                       redact::kMostAtomBytes / 2);
  }

  /// The masks among the pieces of the last call.
  std::span<const redact::Atom> atoms() const { return redactor_.atoms(); }

  /// From now on each call fills `findings`, which outlives the stream, with
  /// what it decides. An anchor may stand before the window.
  void report_to(Findings& findings) { findings_ = &findings; }

  /// What it holds beside itself for anchors; as much as it ever needed.
  std::size_t memory_bytes() const;

  const Counts& counts() const { return counts_; }
  /// What was counted since the last call, or since the stream began.
  Counts take_counts();

 private:
  struct Pending {
    std::uint64_t end;   // stream position behind the literal
    std::uint64_t from;  // where its run begins, or could
    scan::Family family;
    std::uint8_t anchor_bytes;  // from the first letter to `end`
    forms::Coding coding() const { return forms::coding_of(family); }
    /// Where the window of what may decide about it ends.
    std::uint64_t limit() const { return end + window_bytes(coding()); }
  };

  /// The anchors that are not decided, in order. They stand near each other:
  /// of each, eight bytes are kept.
  class Queue {
   public:
    bool empty() const { return size_ == 0; }
    Pending front() const;
    void push(const Pending& pending);
    void pop();

   private:
    struct Item {
      std::uint32_t end;        // its low half
      std::uint8_t from_bytes;  // from where the run begins to `end`
      std::uint8_t anchor_bytes;
      scan::Family family;
    };
    static_assert(sizeof(Item) == 8);
    static constexpr std::size_t kCapacity = 700;
    static_assert(kCapacity >
                  kLongestWindowBytes / scan::kLeastDistanceBytes + 1);
    std::array<Item, kCapacity> items_;
    std::size_t head_ = 0;
    std::size_t size_ = 0;
    std::uint64_t last_end_ = 0;
  };

  /// A run, what is written inside of it, and where in it the anchor stands
  /// that it was asked about last.
  struct Layer {
    explicit Layer(forms::Coding coding) : run(coding) {}
    void start(std::uint64_t position, forms::Base base);
    void wipe();

    forms::SymbolRun run;
    forms::InnerRun inner;
    std::uint64_t from = 0;    // of that anchor; 0: there was none
    std::uint32_t letter = 0;  // the first symbol of the run that is its own
    std::uint32_t first = 0;   // the first symbol behind `cflt`
  };

  /// What was decided about an anchor that did not fail.
  struct Outcome {
    secret::Verdict verdict;
    forms::Form form;
    bool is_masked;
    redact::Replacement replacement;
  };

  void begin(Bytes window, std::size_t fresh_at);
  void add(const scan::Anchor& anchor);
  char unit_before(scan::Family family, std::size_t at) const;
  const forms::Ways& ways_of(const Pending& pending) const {
    return rules_->ways.of(pending.family);
  }
  Layer& layer_of(forms::Coding coding);
  Layer& enter(const Pending& head);
  void advance();
  std::span<const Outgoing> decide_all();
  void drop_broken();
  void wipe_layers();
  bool decide_at_once(const Pending& head);
  void read_on(const Pending& head, Layer& layer);
  bool is_complete(const Pending& head, const Layer& layer) const;
  forms::Reading reading_of(const Pending& head, const Layer& layer) const;
  static bool letters_fit(const Pending& head, const Layer& layer);
  bool decide(const Pending& head, Layer& layer);
  Outcome outcome_of(secret::Verdict verdict, const Pending& head,
                     const Layer& layer,
                     const secret::Candidate& candidate) const;
  void count(const Outcome& outcome);
  void report(const Outcome& outcome, const secret::Candidate& candidate);
  std::size_t context_bytes() const;
  std::uint64_t window_end() const { return position_ + window_.size(); }

  const Rules* rules_;
  scan::Scanner* scanner_;
  /// Each is made when the first anchor of its coding comes: most streams have
  /// none.
  std::array<std::unique_ptr<Layer>, forms::kCodingCount> layers_;
  Queue pending_;
  bool at_end_ = false;  // of the stream: no bytes follow the window
  redact::Redactor redactor_;
  Counts counts_;
  Findings* findings_ = nullptr;
  Bytes window_;
  std::uint64_t position_ = 0;  // of window_[0] in the stream
};

}  // namespace cflt::stream
