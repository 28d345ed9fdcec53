// A record that is not complete: when nobody waits for it any longer, and when
// we end its stream.
#include <gtest/gtest.h>

#include "core/canary/canary.h"
#include "core/records/intake.h"
#include "tests/support/harness.h"
#include "tests/support/record_harness.h"

namespace cflt::records {
namespace {

using framing::Framing;
using Strings = std::vector<std::string>;

/// An intake, and the records that came out of it.
class Waiting {
 public:
  explicit Waiting(Framing framing = Framing::kNewline,
                   IntakeOptions options = {})
      : options_(with(options, framing)),
        intake_(options_, test::make_redactor(), pool_) {}

  bool feed(const std::string& bytes) {
    bytes.copy(intake_.room().data(), bytes.size());
    const bool goes_on = intake_.filled(bytes.size(), 0, batches_);
    collect();
    return goes_on;
  }
  void release() {
    intake_.release(0, batches_);
    collect();
  }
  void end(End how = End::kByPeer) {
    intake_.end(0, batches_, how);
    collect();
    counts_ = intake_.take_counts();
  }

  Intake& intake() { return intake_; }
  const IntakeCounts& counts() const { return counts_; }
  /// Since the last call.
  Strings take() { return std::exchange(records_, {}); }

 private:
  static IntakeOptions with(IntakeOptions options, Framing framing) {
    options.framing = framing;
    options.origin.is_syslog = framing != Framing::kNewline;
    return options;
  }
  void collect() {
    for (const Batch& batch : batches_) {
      for (const Record& record : batch.records()) {
        records_.push_back(test::to_text(batch, record));
      }
    }
    batches_.clear();
  }

  FramePool pool_;
  IntakeOptions options_;
  Intake intake_;
  std::vector<Batch> batches_;
  Strings records_;
  IntakeCounts counts_;
};

std::string joined(const Strings& records) {
  std::string all;
  for (const std::string& record : records) all += record;
  return all;
}

std::string secret() { return canary::Canaries(8).next_secret(); }

TEST(Release, WhatIsDecidedLeavesAndTheRestFollows) {
  Waiting waiting;
  waiting.feed("a prompt: ");
  EXPECT_EQ(waiting.take(), Strings{});
  waiting.release();
  EXPECT_EQ(waiting.take(), Strings{"a prompt: "});
  waiting.feed("answer\nnext\n");
  EXPECT_EQ(waiting.take(), (Strings{"answer", "next"}));
}

TEST(Release, RecordThatEndsRightAfterwardsHasNoFurtherPiece) {
  Waiting waiting;
  waiting.feed("a");
  waiting.release();
  waiting.release();
  waiting.feed("\nb\n");
  EXPECT_EQ(waiting.take(), (Strings{"a", "b"}));
  waiting.end();
  EXPECT_EQ(waiting.counts().records, 2U);
  EXPECT_EQ(waiting.counts().split, 0U);
}

TEST(Release, NothingHappensWhereNothingWaits) {
  Waiting waiting;
  waiting.feed("a\n");
  waiting.take();
  waiting.release();
  EXPECT_EQ(waiting.take(), Strings{});
  EXPECT_FALSE(waiting.intake().has_partial());
}

/// Neither of the halves, nor both, hold it; both together are what the whole
/// record would be.
TEST(Release, NoSecretLeavesWhereverItIsCut) {
  const std::string all = "p=" + secret() + " q=" + secret() + " end";
  for (const Framing framing :
       {Framing::kNewline, Framing::kNul, Framing::kSyslogNewline}) {
    const std::string end(1, framing == Framing::kNul ? '\0' : '\n');
    for (std::size_t cut = 1; cut < all.size(); ++cut) {
      Waiting waiting(framing);
      waiting.feed(all.substr(0, cut));
      waiting.release();
      waiting.feed(all.substr(cut) + end);
      ASSERT_EQ(joined(waiting.take()), "p=cflt**** q=cflt**** end") << cut;
    }
  }
}

/// An anchor that is there in whole waits with what stands behind it.
TEST(Release, MaskIsNotTornWhereItsAnchorIsThere) {
  const std::string all = "p=" + secret() + " end\n";
  for (std::size_t cut = 6; cut < 66; ++cut) {
    Waiting waiting;
    waiting.feed(all.substr(0, cut));
    waiting.release();
    ASSERT_EQ(waiting.take(), Strings{"p="}) << cut;
    waiting.feed(all.substr(cut));
    ASSERT_EQ(waiting.take(), Strings{"cflt**** end"}) << cut;
  }
}

TEST(Release, PiecesOfATruncatedRecordHaveItsLengthTogether) {
  IntakeOptions options;
  options.max_length_bytes = 20;
  options.too_long = TooLong::kTruncate;
  Waiting waiting(Framing::kNewline, options);
  for (const char* part : {"123456", "789", "0123456789012345"}) {
    waiting.feed(part);
    waiting.release();
  }
  waiting.feed("more and more and more\nnext\n");
  EXPECT_EQ(waiting.take(), (Strings{"123456", "789", "01234567890", "next"}));
  waiting.end();
  EXPECT_EQ(waiting.counts().truncated, 1U);
  EXPECT_EQ(waiting.counts().records, 2U);
  EXPECT_EQ(waiting.counts().split, 2U);
}

TEST(Release, FirstBytesThatAreNotDecidedBecomeALine) {
  Waiting waiting(Framing::kAuto);
  waiting.feed("12 ");
  EXPECT_FALSE(waiting.intake().waits_for_count());
  waiting.release();
  EXPECT_EQ(waiting.take(), Strings{"12 "});
  waiting.feed("<13>\n");
  EXPECT_EQ(waiting.take(), Strings{"<13>"});
  Waiting opening(Framing::kAuto);
  opening.feed("\r\n\r\n");
  opening.release();
  EXPECT_EQ(opening.take(), (Strings{"\r", "\r"}));
}

TEST(Release, CountedFrameThatStillGrowsGoesOnInPieces) {
  Waiting waiting(Framing::kAuto);
  waiting.feed("9 <1>ab");
  EXPECT_TRUE(waiting.intake().waits_for_count());
  waiting.release();
  EXPECT_EQ(waiting.take(), Strings{"<1>ab"});
  EXPECT_TRUE(waiting.intake().waits_for_count());
  waiting.feed("cdef3 <2>");
  EXPECT_EQ(waiting.take(), (Strings{"cdef", "<2>"}));
}

TEST(Release, ACountAloneGoesOnWaiting) {
  Waiting waiting(Framing::kOctetCounting);
  waiting.feed("12");
  waiting.release();
  EXPECT_EQ(waiting.take(), Strings{});
  waiting.feed(" abcdefghijkl");
  EXPECT_EQ(waiting.take(), Strings{"abcdefghijkl"});
}

TEST(Release, HoldsLittle) {
  Waiting waiting;
  waiting.feed(std::string(50'000, 'x'));
  waiting.release();
  EXPECT_LT(waiting.intake().held_bytes(), 16U << 10);
  waiting.feed("cflt Y2ZsdC 102,108");
  // A stream's run and what is inside of it are most of it.
  EXPECT_LT(waiting.intake().held_bytes(), 32U << 10);
}

TEST(EndByUs, DropsACandidateThatIsOpen) {
  const std::string all = "p=" + secret();
  for (std::size_t cut = 6; cut < all.size(); ++cut) {
    Waiting waiting;
    waiting.feed(all.substr(0, cut));
    waiting.end(End::kByUs);
    ASSERT_EQ(waiting.take(), Strings{"p="}) << cut;
    ASSERT_EQ(waiting.counts().truncated, 1U);
    ASSERT_EQ(waiting.counts().partial, 1U);
    ASSERT_EQ(waiting.counts().records, 1U);
  }
}

TEST(EndByUs, KeepsWhatIsDecided) {
  Waiting waiting;
  waiting.feed("cflt-redact k=" + secret() + "; half");
  waiting.end(End::kByUs);
  EXPECT_EQ(waiting.take(), Strings{"cflt-redact k=cflt****; half"});
  EXPECT_EQ(waiting.counts().truncated, 0U);
}

TEST(EndByUs, OfACountedFrameKeepsWhatCame) {
  Waiting waiting(Framing::kOctetCounting);
  waiting.feed("99 <1>half");
  waiting.end(End::kByUs);
  EXPECT_EQ(waiting.take(), Strings{"<1>half"});
}

TEST(EndByUs, OfARecordThatWasReleasedKeepsWhatIsDecided) {
  Waiting waiting;
  waiting.feed("a ");
  waiting.release();
  waiting.feed("b " + secret().substr(0, 30));
  waiting.end(End::kByUs);
  EXPECT_EQ(waiting.take(), (Strings{"a ", "b "}));
  EXPECT_EQ(waiting.counts().truncated, 1U);
}

TEST(Distrust, NothingMoreOfARecordThatHasBegunLeaves) {
  Waiting waiting;
  waiting.feed("a ");
  waiting.release();
  waiting.feed("b ");
  waiting.intake().distrust();
  waiting.feed("c " + secret() + "\nnext\n");
  EXPECT_EQ(waiting.take(), (Strings{"a ", "next"}));
  waiting.end();
  EXPECT_EQ(waiting.counts().truncated, 1U);
}

TEST(Distrust, WhatWasNotScannedYetIsScannedLater) {
  Waiting waiting;
  waiting.feed("k=" + secret().substr(0, 30));
  waiting.intake().distrust();
  waiting.feed(secret().substr(30) + "\n");
  EXPECT_EQ(waiting.take(), Strings{"k=cflt****"});
}

TEST(AnotherProtocol, EndsTheStreamAndLosesItsBytes) {
  Waiting waiting(Framing::kAuto);
  EXPECT_TRUE(waiting.feed("PROXY "));
  EXPECT_FALSE(waiting.feed("TCP4 1.2.3.4 "));
  EXPECT_EQ(waiting.intake().opening(), framing::Opening::kProxy);
  waiting.end();
  EXPECT_EQ(waiting.take(), Strings{});
  EXPECT_EQ(waiting.counts().lost_bytes, 19U);
}

}  // namespace
}  // namespace cflt::records
