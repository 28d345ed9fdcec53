// What writes compressed bytes, whatever the format. It knows no file.
#pragma once

#include <boost/system/error_code.hpp>
#include <functional>
#include <span>

namespace cflt::compression {

class Encoder {
 public:
  /// Takes compressed bytes, which are valid until it returns.
  using Write = std::function<boost::system::error_code(std::span<const char>)>;

  virtual ~Encoder() = default;

  /// The first error of `Write`.
  virtual boost::system::error_code add(std::span<const char> plain) = 0;
  virtual boost::system::error_code finish() = 0;
};

}  // namespace cflt::compression
