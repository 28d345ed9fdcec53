#include "daemon/serve/source/datagram_slots.h"

#include <string.h>

#include <algorithm>

#include "core/records/frames.h"
#include "daemon/serve/source/descriptor_facts.h"

namespace cflt::serve::source {
namespace {

/// Unix datagrams are as large as their sender's buffer; this is more than the
/// system's default, and with its terminator fits a block.
constexpr std::size_t kUnixSlotBytes = records::kBlockBytes - 1;

}  // namespace

const std::shared_ptr<DatagramSlots>& DatagramSlots::of_this_thread() {
  static thread_local const auto slots = std::make_shared<DatagramSlots>();
  return slots;
}

std::size_t DatagramSlots::slot_bytes_for(int fd) {
  return domain_of(fd) == AF_UNIX ? kUnixSlotBytes : kUdpBytes;
}

bool DatagramSlots::claim(const void* who) {
  if (owner_ != nullptr && owner_ != who) return false;
  owner_ = who;
  return true;
}

void DatagramSlots::release() {
  while (!empty()) pop();
  owner_ = nullptr;
}

int DatagramSlots::read(int fd, std::size_t slot_bytes) {
  CFLT_CHECK(empty());
  arrange(slot_bytes);
  const int count =
      ::recvmmsg(fd, messages_.data(), static_cast<unsigned>(slot_count_),
                 MSG_DONTWAIT, nullptr);
  next_ = 0;
  count_ = static_cast<std::size_t>(std::max(count, 0));
  return count;
}

void DatagramSlots::arrange(std::size_t slot_bytes) {
  if (slot_bytes_ != slot_bytes) {
    slot_bytes_ = slot_bytes;
    slot_count_ = std::min(kMaxCount, kBytes / slot_bytes);
    for (std::size_t i = 0; i < slot_count_; ++i) {
      vectors_[i] = {at(i), slot_bytes};
    }
  }
  for (std::size_t i = 0; i < slot_count_; ++i) {
    messages_[i] = {};
    messages_[i].msg_hdr.msg_iov = &vectors_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_name = &senders_[i];
    messages_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  }
}

std::size_t DatagramSlots::read_bytes() const {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count_; ++i) bytes += messages_[i].msg_len;
  return bytes;
}

DatagramSlots::Datagram DatagramSlots::front() const {
  const mmsghdr& message = messages_[next_];
  return {{at(next_), message.msg_len},
          senders_[next_],
          (message.msg_hdr.msg_flags & MSG_TRUNC) != 0};
}

void DatagramSlots::pop() {
  explicit_bzero(at(next_), messages_[next_].msg_len);
  ++next_;
}

}  // namespace cflt::serve::source
