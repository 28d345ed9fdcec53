// One sink's way out: batches in, pieces for writev() out.
//
//   batches   [a b c d e][f g][h i j ...]
//   front          ^ record c, 17 bytes of its frame written
//
// What is written of a frame is a number, not a copy: the pieces are made
// again from there, by the next gather(), or from the frame's first byte after
// restart(), because a new connection begins with a whole frame.
//
// Sans-I/O; one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "core/records/batch.h"
#include "core/records/syslog_header.h"
#include "core/records/wire.h"

namespace cflt::records {

/// Records of one source that are done with.
struct Progress {
  std::uint16_t source = 0;
  std::uint64_t delivered = 0;
  std::uint64_t delivered_bytes = 0;
  std::uint64_t dropped = 0;  // empty, and the framing has no frame for that
};

class Outbox {
 public:
  /// With a header, records that are not of a syslog source get it.
  explicit Outbox(const WireOptions& options,
                  std::optional<SyslogHeader> header = std::nullopt);

  void push(Batch batch);
  bool empty() const { return entries_.empty(); }
  /// The last batch, or what settle() made of it.
  const Batch& back() const { return entries_.back().batch; }
  /// Records not delivered yet.
  std::uint64_t record_count() const { return record_count_; }
  /// Memory that is held for them.
  std::size_t memory_bytes() const { return memory_bytes_; }

  /// What to write next, up to a writev(). Valid until the next call of
  /// anything here. Only now are terminators in records escaped: a copy of up
  /// to four times their size, so there is never more of that than leaves.
  std::span<const Outgoing> gather();
  /// `size` bytes of it were written.
  void wrote(std::size_t size);
  /// Done records, one source at a time, since the last call.
  std::optional<Progress> next_progress();

  /// The connection is gone: the frame at the front begins anew.
  void restart() { written_ = 0; }

  /// The payload at the front and what stands before it, for datagrams; or
  /// that of the record `ahead` of it in the same batch. None: no such record.
  struct Datagram {
    Outgoing header;
    Outgoing payload;
  };
  std::optional<Datagram> datagram(std::size_t ahead) const;
  /// The first `count` records were sent.
  void sent(std::size_t count);
  /// The first records, all of one batch, are done with elsewhere.
  void passed(const Progress& done);
  /// Gives up the first record; not told of again.
  Progress drop_front();

  /// What stays for long: gives up big blocks that hold little.
  void settle();

  /// Drops everything; the records that were not delivered, one source at a
  /// time as `dropped`, come from next_progress().
  void drop_all();

 private:
  struct Entry {
    Batch batch;
    std::string header;
    std::size_t memory_bytes;
    bool is_escaped = false;  // where it has to be
  };
  /// An entry, and what a sink may keep beside it for each batch.
  static constexpr std::size_t kEntryBytes = sizeof(Entry) + 96;

  bool takes_runs(const Entry& entry) const {
    return wire_.takes_runs(entry.batch, entry.header);
  }
  void escape(Entry& entry);
  void gather_runs(const Entry& entry, std::size_t next);
  void gather_records(const Entry& entry, std::size_t next);
  Progress pass_runs(const Entry& entry);
  Progress pass_records(const Entry& entry);
  void pop();
  void note(const Progress& progress);

  Wire wire_;
  std::optional<SyslogHeader> header_;
  std::deque<Entry> entries_;
  std::size_t next_ = 0;     // record of the front entry
  std::size_t written_ = 0;  // bytes of that record's frame
  std::size_t settled_ = 0;  // entries that were looked at by settle()
  std::uint64_t record_count_ = 0;
  std::size_t memory_bytes_ = 0;
  std::deque<Progress> progress_;
  Pieces pieces_;
};

}  // namespace cflt::records
