#include "core/stream/redact_text.h"

#include "core/stream/stream.h"
#include "core/stream/window.h"

namespace cflt::stream {

std::string redact_text(std::string_view text) {
  static const Rules rules({});
  auto scanner =
      scan::Scanner::make(forms::families(rules.options.forms), nullptr);
  Window window(text.size());
  Stream stream(rules, *scanner);
  text.copy(window.room().data(), text.size());

  std::string output;
  const auto append = [&output](std::span<const Outgoing> pieces) {
    for (const Outgoing& piece : pieces) {
      output.append(piece.bytes().data(), piece.bytes().size());
    }
  };
  const auto pieces =
      stream.feed(window.filled(text.size()), window.fresh_at());
  append(pieces);
  window.keep(stream.keep(), pieces);
  append(stream.finish(window.filled(0)));
  return output;
}

}  // namespace cflt::stream
