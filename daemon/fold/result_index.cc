#include "daemon/fold/result_index.h"

#include <algorithm>
#include <utility>

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kLeast = 64;

}  // namespace

std::size_t ResultIndex::home_of(std::uint32_t tag) const {
  constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15U;
  return static_cast<std::size_t>((tag * kMix) >> 16U) & (slots_.size() - 1);
}

void ResultIndex::grow() {
  std::vector<Slot> old(std::max(kLeast, 2 * slots_.size()));
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.patient == kNobody) continue;
    std::size_t at = home_of(slot.tag);
    while (slots_[at].patient != kNobody) at = next(at);
    slots_[at] = slot;
  }
}

void ResultIndex::add(std::uint64_t fingerprint, std::uint32_t patient) {
  // At most three quarters full.
  if (4 * (size_ + 1) > 3 * slots_.size()) grow();
  const std::uint32_t tag = tag_of(fingerprint);
  std::size_t at = home_of(tag);
  for (; slots_[at].patient != kNobody; at = next(at)) {
    if (slots_[at].tag == tag && slots_[at].patient == patient) return;
  }
  slots_[at] = {tag, patient};
  ++size_;
}

void ResultIndex::remove(std::uint64_t fingerprint, std::uint32_t patient) {
  if (size_ == 0) return;
  const std::uint32_t tag = tag_of(fingerprint);
  std::size_t gap = home_of(tag);
  while (slots_[gap].tag != tag || slots_[gap].patient != patient) {
    if (slots_[gap].patient == kNobody) return;
    gap = next(gap);
  }
  // What stands behind moves up, unless that is before its home.
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = next(gap); slots_[at].patient != kNobody; at = next(at)) {
    const std::size_t from_home = (at - home_of(slots_[at].tag)) & mask;
    if (from_home < ((at - gap) & mask)) continue;
    slots_[gap] = slots_[at];
    gap = at;
  }
  slots_[gap] = {};
  --size_;
}

void ResultIndex::clear() {
  if (size_ == 0) return;
  std::fill(slots_.begin(), slots_.end(), Slot());
  size_ = 0;
}

}  // namespace coagwatch::daemon
