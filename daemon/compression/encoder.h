// What writes compressed bytes, whatever the format. It knows no file.
#pragma once

#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <span>

#include "daemon/compression/compression.h"

namespace cflt::daemon {

class Encoder {
 public:
  /// Takes compressed bytes, which are valid until it returns.
  using Write = std::function<boost::system::error_code(std::span<const char>)>;

  virtual ~Encoder() = default;

  /// The first error of `Write`.
  virtual boost::system::error_code add(std::span<const char> plain) = 0;
  virtual boost::system::error_code finish() = 0;
};

/// For any format but kNone.
std::unique_ptr<Encoder> make_encoder(Compression compression,
                                      Encoder::Write write);

}  // namespace cflt::daemon
