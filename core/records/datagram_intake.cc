#include "core/records/datagram_intake.h"

#include <cstring>
#include <utility>

#include "core/framing/framer.h"

namespace cflt::records {
namespace {

/// gzip (RFC 1952, 2.3.1), or zlib of the usual window (RFC 1950, 2.2): GELF is
/// sent so.
bool is_compressed(Bytes datagram) {
  if (datagram.size() < 3) return false;
  const auto first = static_cast<unsigned char>(datagram[0]);
  const auto second = static_cast<unsigned char>(datagram[1]);
  if (first == 0x1f) return second == 0x8b && datagram[2] == 8;
  return first == 0x78 && (first * 256U + second) % 31 == 0;
}

}  // namespace

void DatagramIntake::add(Bytes datagram, std::int64_t now_ns,
                         std::vector<Batch>& batches) {
  counts_.bytes += datagram.size();
  counts_.compressed += is_compressed(datagram) ? 1 : 0;
  const Bytes payload = framing::without_terminator(datagram);
  if (payload.empty() && options_.origin.is_syslog) {
    ++counts_.empty;
    return;
  }
  if (payload.size() > options_.max_length_bytes) {
    flush(now_ns, batches);
    add_long(payload, now_ns, batches);
    return;
  }
  if (frames_ != nullptr && used_ + payload.size() + 1 > kBlockBytes) {
    flush(now_ns, batches);
  }
  if (frames_ == nullptr) {
    frames_ = pool_->take();
    frames_->origin = options_.origin;
    frames_->origin.may_hold_newline = false;
  }
  char* to = frames_->block.data() + used_;
  if (!payload.empty()) {
    std::memcpy(to, payload.data(), payload.size());
    frames_->origin.may_hold_newline |=
        std::memchr(to, '\n', payload.size()) != nullptr;
  }
  to[payload.size()] = '\n';
  frames_->records.push_back({static_cast<std::uint32_t>(used_),
                              static_cast<std::uint32_t>(payload.size())});
  used_ += payload.size() + 1;
  ++counts_.records;
}

void DatagramIntake::flush(std::int64_t now_ns, std::vector<Batch>& batches) {
  used_ = 0;
  const std::shared_ptr<Frames> frames = std::exchange(frames_, nullptr);
  if (frames == nullptr) return;
  frames->framed_as = WireFraming::kNewline;
  frames->received_ns = now_ns;
  redactor_->redact(*frames);
  batches.push_back(redactor_->batch(frames, 0, frames->records.size()));
}

void DatagramIntake::add_long(Bytes payload, std::int64_t now_ns,
                              std::vector<Batch>& batches) {
  LongRecord record(redactor_->rules(), redactor_->scanner(),
                    options_.max_length_bytes, options_.too_long,
                    payload.size());
  record.feed(payload);
  record.finish();
  redactor_->add_counts(record.take_counts());
  ++counts_.records;
  counts_.split += record.piece_count() - 1;
  counts_.truncated += record.was_truncated() ? 1 : 0;
  for (Batch& piece : record.take_pieces(options_.origin, now_ns)) {
    batches.push_back(std::move(piece));
  }
}

}  // namespace cflt::records
