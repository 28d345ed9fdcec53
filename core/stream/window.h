// The buffer that one stream is read into.
//
//   |        kept         |        room, where reads go         | padding |
//              |<------------- window ------------>|
//              begin          ^ fresh_at           end
//
// Kept bytes move in front of the room, so reads always go to the same aligned
// address and no clean byte is copied twice. Bytes that were not released are
// overwritten as soon as they are not needed any more, all of them in the end.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "core/bytes.h"
#include "core/redact/redactor.h"

namespace cflt::stream {

class Window {
 public:
  /// What a stream itself asks to keep.
  static constexpr std::size_t kLeastKeepBytes = 2048;

  /// Room for chunks of up to `chunk_bytes`. Whoever looks further back than
  /// the stream says how many bytes are to be kept at most.
  explicit Window(std::size_t chunk_bytes,
                  std::size_t keep_bytes = kLeastKeepBytes);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Where to read the next chunk to.
  std::span<char> room() { return {buffer_.get() + room_at_, chunk_bytes_}; }

  /// `count` bytes were read. The view is valid until keep().
  Bytes filled(std::size_t count);
  /// Offset in that view of the bytes just read.
  std::size_t fresh_at() const { return room_at_ - begin_; }

  /// The window's pieces have been written: keeps the last `count` bytes for
  /// the next window and overwrites what was not among the pieces.
  void keep(std::size_t count, std::span<const Outgoing> pieces);

 private:
  void wipe_unreleased(std::span<const Outgoing> pieces, char* to);

  struct Free {
    void operator()(char* buffer) const;
  };

  std::size_t chunk_bytes_;
  std::size_t room_at_;
  std::unique_ptr<char, Free> buffer_;
  std::size_t begin_;
  std::size_t end_;
};

}  // namespace cflt::stream
