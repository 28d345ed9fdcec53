// What stands before and behind a secret, as text: the bytes themselves, or
// what the base64 around it says.
#pragma once

#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/scan/anchor.h"

namespace cflt::find {

/// Offsets in a context of a secret's anchor and behind its last byte.
struct SecretSpan {
  std::size_t begin;
  std::size_t end;
};

/// Text on one side, up to the secret. What was decoded for it may hold other
/// secrets: it is overwritten in the end.
class Side {
 public:
  Side() = default;
  /// Bytes of the context, which outlives it, from `at` on.
  Side(std::string_view text, std::size_t at, bool is_cut)
      : text_(text), at_(at), is_cut_(is_cut) {}
  /// Base64 in the context; the first `skipped` bytes are the secret's.
  Side(std::string decoded, std::size_t at, bool is_cut, std::size_t skipped)
      : decoded_(std::move(decoded)),
        text_(std::string_view(decoded_).substr(skipped)),
        skipped_(skipped),
        at_(at),
        is_base64_(true),
        is_cut_(is_cut) {}
  ~Side();
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  std::string_view text() const { return text_; }
  /// The run at its far end goes on where it is cut.
  bool is_cut() const { return is_cut_; }
  /// Where in the context the text in [begin, end) is written.
  SecretSpan written_at(std::size_t begin, std::size_t end) const {
    begin += skipped_;
    end += skipped_;
    if (!is_base64_) return {at_ + begin, at_ + end};
    return {at_ + 8 * begin / 6, at_ + (8 * end + 5) / 6};
  }

 private:
  std::string decoded_;
  std::string_view text_;
  std::size_t skipped_ = 0;
  std::size_t at_ = 0;  // where its first byte begins in the context
  bool is_base64_ = false;
  bool is_cut_ = false;
};

/// At most `reach` bytes of the context.
Side text_before(Bytes context, std::size_t begin, std::size_t reach);
Side text_behind(Bytes context, std::size_t end, std::size_t reach);

bool is_base64(scan::Family family);

/// The same of a whole secret in base64; empty where nothing stands there.
Side base64_before(Bytes context, scan::Family family, std::size_t begin,
                   std::size_t reach);
Side base64_behind(Bytes context, scan::Family family, std::size_t end,
                   std::size_t reach);

}  // namespace cflt::find
