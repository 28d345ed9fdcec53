// Gzip (RFC 1952), one member: plain bytes in, compressed bytes out, by igzip
// at its own default level. Knows no file. What it holds of the plain text is
// overwritten in the end.
#pragma once

#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <span>

namespace cflt::daemon {

class GzipWriter {
 public:
  using Write = std::function<boost::system::error_code(std::span<const char>)>;

  /// `write` takes compressed bytes, valid until it returns.
  explicit GzipWriter(Write write);

  /// The first error of `write`.
  boost::system::error_code add(std::span<const char> plain);
  boost::system::error_code finish();

 private:
  struct State;
  struct Wipe {
    void operator()(State* state) const;
  };

  boost::system::error_code deflate(std::span<const char> plain, bool last);

  Write write_;
  std::unique_ptr<State, Wipe> state_;
};

}  // namespace cflt::daemon
