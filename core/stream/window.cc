#include "core/stream/window.h"

#include <string.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/stream/stream.h"

namespace cflt::stream {
namespace {

constexpr std::size_t kPageBytes = 4096;

char* allocate(std::size_t size) {
  const std::size_t pages = (size + kPageBytes - 1) / kPageBytes;
  void* buffer = std::aligned_alloc(kPageBytes, pages * kPageBytes);
  if (buffer == nullptr) throw std::bad_alloc();
  return static_cast<char*>(buffer);
}

}  // namespace

void Window::Free::operator()(char* buffer) const { std::free(buffer); }

Window::Window(std::size_t chunk_bytes, std::size_t keep_bytes)
    : chunk_bytes_(chunk_bytes),
      room_at_(keep_bytes),
      buffer_(allocate(room_at_ + chunk_bytes + scan::kPaddingBytes)),
      begin_(room_at_),
      end_(room_at_) {
  static_assert(kLeastKeepBytes >= kMaxKeepBytes);
  CFLT_CHECK(keep_bytes >= kLeastKeepBytes);
  std::memset(buffer_.get() + room_at_ + chunk_bytes, 0, scan::kPaddingBytes);
}

Window::~Window() { explicit_bzero(buffer_.get(), room_at_ + chunk_bytes_); }

Bytes Window::filled(std::size_t count) {
  CFLT_CHECK(count <= chunk_bytes_);
  end_ = room_at_ + count;
  return {buffer_.get() + begin_, end_ - begin_};
}

void Window::keep(std::size_t count, std::span<const Outgoing> pieces) {
  CFLT_CHECK(count <= std::min(end_ - begin_, room_at_));
  char* kept = buffer_.get() + end_ - count;
  wipe_unreleased(pieces, kept);
  begin_ = room_at_ - count;
  std::memmove(buffer_.get() + begin_, kept, count);
  char* room = buffer_.get() + room_at_;
  if (kept + count > room) {
    char* old = std::max(kept, room);
    explicit_bzero(old, static_cast<std::size_t>(kept + count - old));
  }
  end_ = room_at_;
}

/// Overwrites the bytes from the window's begin up to `to` that are in no
/// piece: what was replaced, and context that has served.
void Window::wipe_unreleased(std::span<const Outgoing> pieces, char* to) {
  char* at = buffer_.get() + begin_;
  for (const Outgoing& piece : pieces) {
    const char* data = piece.bytes().data();
    if (data < at || data >= to) continue;
    explicit_bzero(at, static_cast<std::size_t>(data - at));
    at += (data - at) + static_cast<std::ptrdiff_t>(piece.bytes().size());
  }
  if (at < to) explicit_bzero(at, static_cast<std::size_t>(to - at));
}

}  // namespace cflt::stream
