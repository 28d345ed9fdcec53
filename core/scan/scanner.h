// Finds the anchors in a block of bytes.
//
//   block:  |<- seen before ->|<------- fresh ------->|<- 64 readable ->|
//                             ^ fresh_at
//
// A Scanner belongs to one thread (it owns Hyperscan's scratch) and may serve
// many streams. It never fails: whatever Hyperscan answers, the scalar matcher
// can do the job, so no block goes unscanned.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "core/scan/anchor.h"
#include "core/scan/database.h"

struct hs_scratch;

namespace cflt::scan {

/// Hyperscan 5.4.0 reads a byte or two behind the block on AVX512VBMI
/// (intel/hyperscan#457): so many bytes behind it must be readable.
inline constexpr std::size_t kPaddingBytes = 64;

/// The left context a block needs so that an anchor cut by the previous
/// block's end is found.
inline constexpr std::size_t kOverlapBytes = kLongestLiteralBytes - 1;

/// Makes the database when it is wanted; null where there is none.
using DatabaseSource = std::function<Database::Ptr()>;

/// So many bytes the scalar matcher scans in the time that compiling takes.
inline constexpr std::size_t kBytesBeforeDatabase = std::size_t{1} << 20;

class Scanner {
 public:
  /// `database` may be null: then the scalar matcher does all the work.
  static boost::system::result<Scanner, Failure> make(FamilySet families,
                                                      Database::Ptr database);

  /// The scalar matcher does the work of the first kBytesBeforeDatabase: most
  /// runs of a program see less, and start sooner. Then `source` is called,
  /// once.
  static Scanner make_late(FamilySet families, DatabaseSource source);

  Scanner(Scanner&& other) noexcept;
  Scanner& operator=(Scanner&&) = delete;
  ~Scanner();

  /// The anchors that end in block[fresh_at..size), in order. Valid until the
  /// next call. Blocks are shorter than 4 GiB.
  std::span<const Anchor> scan(Bytes block, std::size_t fresh_at);

  /// Blocks that Hyperscan failed on and the scalar matcher scanned instead.
  std::uint64_t rescued_count() const { return rescued_count_; }

 private:
  Scanner(FamilySet families, Database::Ptr database, hs_scratch* scratch);

  bool scan_simd(Bytes block);
  void ask_for_database(std::size_t bytes);

  FamilySet families_;
  DatabaseSource source_;  // empty: it has been asked, or there is none
  std::size_t bytes_without_database_ = 0;
  Database::Ptr database_;
  hs_scratch* scratch_;
  std::vector<Anchor> anchors_;
  bool dense_ = false;
  std::uint64_t rescued_count_ = 0;
};

}  // namespace cflt::scan
