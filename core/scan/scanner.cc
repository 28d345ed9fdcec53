#include "core/scan/scanner.h"

#include <hs/hs.h>

#include <algorithm>
#include <utility>

#include "core/scan/literal_matcher.h"

namespace cflt::scan {
namespace {

/// With more than one anchor in so many bytes, the scalar matcher is faster
/// than Hyperscan and its callback.
constexpr std::size_t kDenseBytes = 64;

/// Only records: the caller reserved room for every anchor a block can hold.
int on_match(unsigned id, unsigned long long, unsigned long long end, unsigned,
             void* context) {
  auto& anchors = *static_cast<std::vector<Anchor>*>(context);
  anchors.push_back(
      {static_cast<std::uint32_t>(end), static_cast<std::uint8_t>(id)});
  return 0;
}

bool ends_before(const Anchor& a, const Anchor& b) { return a.end < b.end; }

}  // namespace

boost::system::result<Scanner, Failure> Scanner::make(FamilySet families,
                                                      Database::Ptr database) {
  hs_scratch_t* scratch = nullptr;
  if (database != nullptr &&
      hs_alloc_scratch(database->get(), &scratch) != HS_SUCCESS) {
    return Failure{"Hyperscan: no memory for its scratch"};
  }
  return Scanner(families, std::move(database), scratch);
}

Scanner Scanner::make_late(FamilySet families, DatabaseSource source) {
  Scanner scanner(families, nullptr, nullptr);
  scanner.source_ = std::move(source);
  return scanner;
}

Scanner::Scanner(FamilySet families, Database::Ptr database,
                 hs_scratch* scratch)
    : families_(families), database_(std::move(database)), scratch_(scratch) {}

Scanner::Scanner(Scanner&& other) noexcept
    : families_(other.families_),
      source_(std::move(other.source_)),
      bytes_without_database_(other.bytes_without_database_),
      database_(std::move(other.database_)),
      scratch_(std::exchange(other.scratch_, nullptr)),
      anchors_(std::move(other.anchors_)),
      dense_(other.dense_),
      rescued_count_(other.rescued_count_) {}

Scanner::~Scanner() { hs_free_scratch(scratch_); }

std::span<const Anchor> Scanner::scan(Bytes block, std::size_t fresh_at) {
  if (source_) ask_for_database(block.size());
  anchors_.clear();
  anchors_.reserve(block.size() / kLeastDistanceBytes + 1);
  if (dense_ || !scan_simd(block)) {
    anchors_.clear();
    match_literals(block, families_, anchors_);
  }
  dense_ = anchors_.size() > block.size() / kDenseBytes;

  const auto known = std::upper_bound(
      anchors_.begin(), anchors_.end(),
      Anchor{static_cast<std::uint32_t>(fresh_at), 0}, ends_before);
  return {known, anchors_.end()};
}

/// Before so many bytes more are scanned. Where Hyperscan has no memory for its
/// scratch, the scalar matcher goes on.
void Scanner::ask_for_database(std::size_t bytes) {
  bytes_without_database_ += bytes;
  if (bytes_without_database_ <= kBytesBeforeDatabase) return;
  database_ = std::exchange(source_, nullptr)();
  if (database_ != nullptr &&
      hs_alloc_scratch(database_->get(), &scratch_) != HS_SUCCESS) {
    database_ = nullptr;
  }
}

/// False where the block was not scanned to its end.
bool Scanner::scan_simd(Bytes block) {
  if (database_ == nullptr) return false;
  const auto size = static_cast<unsigned>(block.size());
  if (hs_scan(database_->get(), block.data(), size, 0, scratch_, on_match,
              &anchors_) != HS_SUCCESS) {
    ++rescued_count_;
    return false;
  }
  if (!std::is_sorted(anchors_.begin(), anchors_.end(), ends_before)) {
    std::sort(anchors_.begin(), anchors_.end(), ends_before);
  }
  return true;
}

}  // namespace cflt::scan
