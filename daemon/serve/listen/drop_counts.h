// Datagrams that the kernel dropped before they could be read, by source.
//
//   the kernel's count of a socket ────────┬──────────┬──▶  modulo 2^32
//                                  settled ┘   new    └ now
//
// What is new is of the source that reads the socket now. It is settled when
// the source leaves: then it is that source's for ever, whoever comes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace cflt::serve::listen {

/// Up to where a socket's drops are settled. Copies of it are one mark: a
/// socket that was handed over stays open while no source reads it, and what is
/// dropped meanwhile is for the source that comes.
class DropMark {
 public:
  /// `count` is the kernel's, also where it has wrapped.
  std::uint32_t new_drops(std::uint32_t count) const {
    return count - *settled_;
  }

 private:
  friend class DropCounts;
  std::shared_ptr<std::uint32_t> settled_ = std::make_shared<std::uint32_t>(0);
};

class DropCounts {
 public:
  void add(const std::string& source, std::uint32_t drops) {
    by_source_[source] += drops;
  }
  void settle(const std::string& source, DropMark& mark, std::uint32_t count) {
    add(source, mark.new_drops(count));
    *mark.settled_ = count;
  }
  const std::map<std::string, std::uint64_t>& by_source() const {
    return by_source_;
  }

 private:
  std::map<std::string, std::uint64_t> by_source_;
};

}  // namespace cflt::serve::listen
