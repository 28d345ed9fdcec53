#include "core/stream/findings.h"

#include <string.h>

#include <algorithm>

namespace cflt::stream {
namespace {

constexpr std::size_t kFirstCapacity = 64;

}  // namespace

void Findings::add(const Finding& finding) {
  if (findings_.size() == findings_.capacity()) grow();
  findings_.push_back(finding);
}

void Findings::clear() {
  if (findings_.empty()) return;
  ::explicit_bzero(findings_.data(), findings_.size() * sizeof(Finding));
  findings_.clear();
}

/// std::vector would leave the old entries behind.
void Findings::grow() {
  std::vector<Finding> larger;
  larger.reserve(std::max(kFirstCapacity, 2 * findings_.capacity()));
  larger.assign(findings_.begin(), findings_.end());
  clear();
  findings_.swap(larger);
}

}  // namespace cflt::stream
