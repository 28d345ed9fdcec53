// Gzip (RFC 1952), one member: plain bytes in, compressed bytes out, by igzip
// at its own default level. What it holds of the plain text is
// overwritten in the end.
#pragma once

#include <memory>

#include "daemon/compression/encoder.h"

namespace cflt::compression {

class GzipWriter final : public Encoder {
 public:
  explicit GzipWriter(Write write);

  boost::system::error_code add(std::span<const char> plain) override;
  boost::system::error_code finish() override;

 private:
  struct State;
  struct Wipe {
    void operator()(State* state) const;
  };

  boost::system::error_code deflate(std::span<const char> plain, bool last);

  Write write_;
  std::unique_ptr<State, Wipe> state_;
};

}  // namespace cflt::compression
