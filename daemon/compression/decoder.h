// What reads compressed bytes, whatever the format. It knows no file.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <span>

namespace cflt::compression {

class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Compressed bytes; they stay where they are until read() has returned 0.
  virtual void feed(std::span<const char> compressed) = 0;

  /// Plain bytes; 0: it wants to be fed, or the stream has ended. What stands
  /// before an error comes first, as far as the format tells.
  virtual boost::system::result<std::size_t> read(std::span<char> room) = 0;

  /// What is wrong with a stream that ends here; nothing for a whole one.
  virtual boost::system::error_code finish() const = 0;

  /// Compressed bytes that were used so far.
  virtual std::uint64_t offset() const = 0;
};

}  // namespace cflt::compression
