// Where a thread reads datagrams to, as many as one recvmmsg() gives.
//
//   claim() ──▶ read() ──▶ front(), pop() ... until empty() ──▶ release()
//                  ▲                             │
//                  └────────── more ─────────────┘
//
// The sources of a thread share them: whoever has claimed them keeps them until
// all that was read is taken. One thread at a time.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>

#include "config/memory.h"
#include "core/bytes.h"

namespace cflt::serve::source {

class DatagramSlots {
 public:
  /// The largest UDP datagram there is, and a byte.
  static constexpr std::size_t kUdpBytes = 64 << 10;

  /// Valid until pop().
  struct Datagram {
    Bytes bytes;
    const sockaddr_storage& sender;
    bool is_cut;  // it was longer than a slot
  };

  /// Those of this thread: a source needs them only while it reads.
  static const std::shared_ptr<DatagramSlots>& of_this_thread();
  /// What a slot for the datagrams of a socket has to hold.
  static std::size_t slot_bytes_for(int fd);

  /// False: datagrams of another lie there. True also where `who` has them.
  bool claim(const void* who);
  /// What was not taken is wiped.
  void release();

  /// One recvmmsg() that never blocks; all that was read before is taken. How
  /// many came, or -1 and errno.
  int read(int fd, std::size_t slot_bytes);
  /// All slots were filled: the socket may have more.
  bool were_filled() const { return count_ == slot_count_; }
  /// Of all datagrams that were read at once.
  std::size_t read_bytes() const;

  bool empty() const { return next_ == count_; }
  Datagram front() const;
  /// Wipes it.
  void pop();

 private:
  /// Room for all slots. Only the pages that datagrams reach are real memory.
  static constexpr std::size_t kBytes = config::kDatagramBytes;
  static constexpr std::size_t kMaxCount = kBytes / kUdpBytes;

  char* at(std::size_t i) const { return bytes_.get() + i * slot_bytes_; }
  void arrange(std::size_t slot_bytes);

  const void* owner_ = nullptr;  // whose datagrams lie here
  std::size_t next_ = 0;         // to be taken
  std::size_t count_ = 0;        // of all that were read
  std::size_t slot_bytes_ = 0;
  std::size_t slot_count_ = 0;
  std::unique_ptr<char[]> bytes_ =
      std::make_unique_for_overwrite<char[]>(kBytes);
  std::array<iovec, kMaxCount> vectors_;
  std::array<mmsghdr, kMaxCount> messages_;
  std::array<sockaddr_storage, kMaxCount> senders_;
};

}  // namespace cflt::serve::source
