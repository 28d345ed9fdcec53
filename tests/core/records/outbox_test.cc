// What a sink writes is what docs/records.md says, however little it can write
// at a time.
#include "core/records/outbox.h"

#include <malloc.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "core/canary/canary.h"
#include "tests/support/connections.h"
#include "tests/support/harness.h"
#include "tests/support/record_harness.h"

namespace cflt::records {
namespace {

using test::batches_of;

/// What the batches hold, record by record.
std::vector<std::string> texts(const std::vector<Batch>& batches) {
  std::vector<std::string> all;
  for (const Batch& batch : batches) {
    for (const Record& record : batch.records()) {
      all.push_back(test::to_text(batch, record));
    }
  }
  return all;
}

/// Everything an outbox has, `sizes` bytes at a time in turn.
std::string write_all(Outbox& outbox, const std::vector<std::size_t>& sizes) {
  std::string written;
  for (std::size_t turn = 0; !outbox.empty(); ++turn) {
    std::size_t room = sizes[turn % sizes.size()];
    std::size_t size = 0;
    for (const Outgoing& each : outbox.gather()) {
      const Bytes piece = each.bytes();
      const std::size_t part = std::min(room, piece.size());
      written.append(piece.data(), part);
      room -= part;
      size += part;
    }
    outbox.wrote(size);
    outbox.settle();
  }
  return written;
}

std::string by_reference(const std::vector<std::string>& records,
                         const WireOptions& options) {
  const auto output = reference::put_out(
      records,
      static_cast<reference::SinkFraming>(
          options.framing == WireFraming::kNewline ? 0
          : options.framing == WireFraming::kNul   ? 1
                                                   : 2),
      static_cast<reference::Embedded>(options.embedded_newline));
  return std::accumulate(output.frames.begin(), output.frames.end(),
                         std::string());
}

WireOptions options_from(std::uint8_t bits) {
  return {static_cast<WireFraming>(bits % 3),
          static_cast<EmbeddedNewline>(bits / 3 % 3)};
}

std::vector<std::string> records_from(
    const std::vector<std::vector<std::uint8_t>>& recipes) {
  std::vector<std::string> records;
  for (const auto& recipe : recipes) {
    records.push_back(test::compose_connection(recipe));
  }
  return records;
}

RC_GTEST_PROP(Outbox, WritesWhatTheReferenceWrites,
              (const std::vector<std::vector<std::uint8_t>>& recipes,
               std::uint8_t bits, const std::vector<std::uint16_t>& writes)) {
  FramePool pool;
  const auto batches = batches_of(records_from(recipes), pool);
  const WireOptions options = options_from(bits);
  Outbox outbox(options);
  for (const Batch& batch : batches) outbox.push(batch);
  std::vector<std::size_t> sizes = {1};
  for (const std::uint16_t write : writes) sizes.push_back(1U + write);
  RC_ASSERT(write_all(outbox, sizes) == by_reference(texts(batches), options));
  RC_ASSERT(outbox.memory_bytes() == 0U);
  RC_ASSERT(outbox.record_count() == 0U);
}

/// As connections write: newline and counted frames are beside their payload.
RC_GTEST_PROP(Outbox, WritesWhatAConnectionTookIn,
              (const std::vector<std::uint8_t>& recipe, std::uint8_t bits,
               std::uint8_t framing)) {
  FramePool pool;
  IntakeOptions intake_options;
  intake_options.framing = static_cast<framing::Framing>(framing % 4);
  Intake intake(intake_options, test::make_redactor(), pool);
  const std::string bytes = test::compose_connection(recipe);
  RC_PRE(bytes.size() <= kBlockBytes);
  bytes.copy(intake.room().data(), bytes.size());
  std::vector<Batch> batches;
  intake.filled(bytes.size(), 0, batches);
  intake.end(0, batches);
  const WireOptions options = options_from(bits);
  Outbox outbox(options);
  for (const Batch& batch : batches) outbox.push(batch);
  RC_ASSERT(write_all(outbox, {1 << 20}) ==
            by_reference(texts(batches), options));
}

/// Frames of a log, one for each number; a third of them hold a secret.
std::string log_of(const std::vector<std::uint8_t>& recipe,
                   WireFraming framing) {
  canary::Canaries canaries(recipe.size());
  std::string log;
  for (const std::uint8_t number : recipe) {
    std::string record = "<34>1 " + std::string(3U * number, 'x');
    if (number % 3 == 0) record += canaries.next_secret() + ";";
    if (framing == WireFraming::kOctetCounting) {
      log += std::to_string(record.size()) + ' ' + record;
    } else {
      log += record + (framing == WireFraming::kNul ? '\0' : '\n');
    }
  }
  return log;
}

/// `sizes` bytes are read at a time in turn.
std::vector<Batch> take_in(Intake& intake, std::string_view bytes,
                           const std::vector<std::size_t>& sizes) {
  std::vector<Batch> batches;
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const auto room = intake.room();
    const std::size_t size =
        std::min({sizes[turn % sizes.size()], room.size(), bytes.size()});
    bytes.copy(room.data(), size);
    bytes.remove_prefix(size);
    intake.filled(size, 0, batches);
  }
  return batches;
}

/// What came in as the sink writes it leaves in runs. However little of one is
/// written, what is told of is whole frames, and a new connection begins with
/// one.
RC_GTEST_PROP(Outbox, RunsAreWrittenAndCountedFrameByFrame,
              (const std::vector<std::uint8_t>& recipe, std::uint8_t choice,
               const std::vector<std::uint16_t>& reads,
               const std::vector<std::uint16_t>& writes)) {
  const auto framing = static_cast<WireFraming>(choice % 3);
  const bool some_are_long = choice & 64U;
  const bool settles = choice & 128U;
  FramePool pool;
  IntakeOptions intake_options;
  intake_options.framing = static_cast<framing::Framing>(1 + choice % 3);
  if (some_are_long) intake_options.max_length_bytes = 512;
  Intake intake(intake_options, test::make_redactor(), pool);
  std::vector<std::size_t> sizes;
  for (const std::uint16_t read : reads) sizes.push_back(1U + read);
  if (sizes.empty()) sizes.push_back(kBlockBytes);
  const auto batches = take_in(intake, log_of(recipe, framing), sizes);

  Outbox outbox({framing});
  for (const Batch& batch : batches) {
    RC_ASSERT(some_are_long || batch.framed_as() == framing);
    outbox.push(batch);
  }
  const auto records = texts(batches);
  const auto frames_of = [&](std::size_t count) {
    return by_reference(
        {records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count)},
        {framing});
  };
  std::string written;
  std::uint64_t delivered = 0;
  std::uint64_t delivered_bytes = 0;
  for (std::size_t turn = 0; !outbox.empty(); ++turn) {
    const std::size_t room =
        writes.empty() ? 700 : 1 + writes[turn % writes.size()] % 999;
    std::string now;
    for (const Outgoing& each : outbox.gather()) {
      const Bytes piece = each.bytes();
      now.append(piece.data(), std::min(room - now.size(), piece.size()));
    }
    written += now;
    outbox.wrote(now.size());
    if (settles) outbox.settle();
    while (const auto progress = outbox.next_progress()) {
      delivered += progress->delivered;
      delivered_bytes += progress->delivered_bytes;
    }
    RC_ASSERT(delivered_bytes == frames_of(delivered).size());
    RC_ASSERT(delivered_bytes <= written.size());
    if (delivered < records.size()) {
      RC_ASSERT(frames_of(delivered + 1).size() > written.size());
    }
    if (turn < 200 && turn % 64 == 3) {
      outbox.restart();
      written.resize(delivered_bytes);
    }
  }
  RC_ASSERT(written == frames_of(records.size()));
}

/// A frame that loses its terminator is not what has to leave, nor is one that
/// was not complete.
TEST(Outbox, WhatIsNotAsItHasToLeaveIsNoRun) {
  FramePool pool;
  IntakeOptions options;
  options.framing = framing::Framing::kOctetCounting;
  Intake intake(options, test::make_redactor(), pool);
  auto batches = take_in(intake, "2 ab3 cd\n1 e", {kBlockBytes});
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].framed_as(), std::nullopt);
  const auto more = take_in(intake, "2 fg9 hi", {kBlockBytes});
  EXPECT_EQ(more.at(0).framed_as(), WireFraming::kOctetCounting);
  batches.push_back(more.at(0));
  intake.end(0, batches);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[2].framed_as(), std::nullopt);
  Outbox outbox({WireFraming::kOctetCounting});
  for (const Batch& batch : batches) outbox.push(batch);
  EXPECT_EQ(write_all(outbox, {100}), "2 ab2 cd1 e2 fg2 hi");
}

RC_GTEST_PROP(Outbox, ARestartBeginsWithAWholeFrame,
              (const std::vector<std::vector<std::uint8_t>>& recipes,
               std::uint8_t bits, std::uint16_t written)) {
  FramePool pool;
  const auto batches = batches_of(records_from(recipes), pool);
  const WireOptions options = options_from(bits);
  Outbox outbox(options);
  for (const Batch& batch : batches) outbox.push(batch);
  const std::string all = by_reference(texts(batches), options);
  RC_PRE(!all.empty());
  outbox.gather();
  const std::size_t size = std::min<std::size_t>(written, all.size() - 1);
  outbox.wrote(size);
  outbox.restart();
  const std::string rest = write_all(outbox, {100});
  RC_ASSERT(all.ends_with(rest));
  RC_ASSERT(rest.size() >= all.size() - size);
  const std::string before = all.substr(0, all.size() - rest.size());
  if (before.empty() || options.framing == WireFraming::kOctetCounting) return;
  RC_ASSERT(before.back() ==
            (options.framing == WireFraming::kNul ? '\0' : '\n'));
}

TEST(Outbox, NeighboursLeaveAsOnePiece) {
  FramePool pool;
  const auto batches = batches_of({"one", "two", "three"}, pool);
  Outbox outbox({WireFraming::kNewline});
  outbox.push(batches[0]);
  EXPECT_EQ(outbox.gather().size(), 1U);
}

TEST(Outbox, TellsWhatWasDelivered) {
  FramePool pool;
  const auto batches = batches_of({"one", "", "three"}, pool);
  Outbox outbox({WireFraming::kOctetCounting});
  outbox.push(batches[0]);
  EXPECT_EQ(write_all(outbox, {100}), "3 one5 three");
  const auto progress = outbox.next_progress();
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->delivered, 2U);
  EXPECT_EQ(progress->delivered_bytes, 12U);
  EXPECT_EQ(progress->dropped, 1U);
  EXPECT_FALSE(outbox.next_progress());
}

TEST(Outbox, AHalfWrittenRecordIsNotDelivered) {
  FramePool pool;
  const auto batches = batches_of({"one", "two"}, pool);
  Outbox outbox({WireFraming::kNewline});
  outbox.push(batches[0]);
  outbox.gather();
  outbox.wrote(5);
  EXPECT_EQ(outbox.next_progress()->delivered, 1U);
  EXPECT_EQ(outbox.record_count(), 1U);
}

TEST(Outbox, GivesUpABigBlockThatHoldsLittle) {
  FramePool pool;
  const auto batches = batches_of({"one", "two"}, pool);
  Outbox outbox({WireFraming::kNewline});
  outbox.push(batches[0]);
  EXPECT_GT(outbox.memory_bytes(), kBlockBytes);
  outbox.settle();
  EXPECT_LT(outbox.memory_bytes(), 1000U);
  EXPECT_EQ(write_all(outbox, {100}), "one\ntwo\n");
}

TEST(Outbox, CountsAllThatTheAllocatorGivesForSmallRecords) {
  if (!std::string_view(CFLT_SANITIZED).empty()) GTEST_SKIP();
  FramePool pool;
  auto batches = batches_of(std::vector<std::string>(5000, "a"), pool, 1);
  Outbox outbox({WireFraming::kNewline}, SyslogHeader(1, 6, "host", "app"));
  for (Batch& batch : batches) outbox.push(std::move(batch));
  outbox.settle();
  batches.clear();
  const std::size_t counted = outbox.memory_bytes();
  const std::size_t before = mallinfo2().uordblks;
  outbox.drop_all();
  const std::size_t freed = before - mallinfo2().uordblks;
  EXPECT_GT(freed, 5000 * 200U);
  EXPECT_GT(counted, freed);
}

TEST(Outbox, DropsAllAndTellsHowMany) {
  FramePool pool;
  const auto batches = batches_of({"one", "two", "three"}, pool, 2);
  Outbox outbox({WireFraming::kNewline});
  for (const Batch& batch : batches) outbox.push(batch);
  outbox.gather();
  outbox.wrote(4);
  outbox.drop_all();
  const auto progress = outbox.next_progress();
  EXPECT_EQ(progress->delivered, 1U);
  EXPECT_EQ(progress->dropped, 2U);
  EXPECT_EQ(outbox.memory_bytes(), 0U);
}

/// Each byte is one that has to be escaped: the record is rewritten once, and
/// leaves as one piece.
TEST(Outbox, ARecordOfNewlinesIsEscapedOnce) {
  FramePool pool;
  const auto batches = batches_of({std::string(60'000, '\n') + "x"}, pool);
  Outbox outbox({WireFraming::kNewline});
  outbox.push(batches[0]);
  EXPECT_EQ(outbox.gather().size(), 1U);
  EXPECT_EQ(write_all(outbox, {100'000}).size(), 4 * 60'000U + 2);
}

/// Sinks that wait for a peer do not hold four times what came.
TEST(Outbox, NoMoreIsEscapedThanLeaves) {
  FramePool pool;
  const std::vector<std::string> records(40, std::string(200'000, '\n') + "x");
  const auto batches = batches_of(records, pool, 1);
  Outbox outbox({WireFraming::kNewline});
  for (const Batch& batch : batches) outbox.push(batch);
  const std::size_t before = outbox.memory_bytes();
  EXPECT_LT(before, 40 * kBlockBytes * 2);
  outbox.gather();
  EXPECT_LT(outbox.memory_bytes(), before + Pieces::kMaxBytes + 800'000);
  EXPECT_EQ(write_all(outbox, {1'000'000}).size(), 40 * (4 * 200'000 + 2U));
  EXPECT_EQ(outbox.memory_bytes(), 0U);
}

TEST(Outbox, HeadersGoToRecordsOfOtherSources) {
  FramePool pool;
  const auto batches = batches_of({"one\ntwo"}, pool);
  Outbox outbox({WireFraming::kNewline}, SyslogHeader(1, 6, "h", "a"));
  outbox.push(batches[0]);
  EXPECT_EQ(write_all(outbox, {7}),
            "<14>1 1970-01-01T00:00:00.000000Z h a - - - one#012two\n");
}

TEST(Outbox, DatagramsAreRecords) {
  FramePool pool;
  const auto batches = batches_of({"one", ""}, pool);
  Outbox outbox({WireFraming::kDatagram});
  outbox.push(batches[0]);
  EXPECT_EQ(outbox.datagram(0)->payload.bytes().size(), 3U);
  EXPECT_TRUE(outbox.datagram(1)->payload.bytes().empty());
  EXPECT_FALSE(outbox.datagram(2));
  outbox.sent(1);
  EXPECT_EQ(outbox.record_count(), 1U);
  outbox.sent(1);
  EXPECT_TRUE(outbox.empty());
}

}  // namespace
}  // namespace cflt::records
