#include "daemon/routing/bundle_share.h"

#include <algorithm>
#include <functional>

#include "daemon/fold/item_owner.h"

namespace coagwatch::daemon {
namespace {

/// Whether `part` lies in `whole`: what stood there as an escaped text was decoded elsewhere.
bool is_within(std::string_view part, std::string_view whole) {
  const std::less<> less;
  return !part.empty() && !less(part.data(), whole.data()) &&
         !less(whole.data() + whole.size(), part.data() + part.size());
}

}  // namespace

void BundleShare::set(std::string_view value, std::span<const fhir::Item> items) {
  value_ = value;
  parts_.clear();
  for (const fhir::Item& item : items) {
    const std::string_view owner = owner_of(item);
    if (!owner.empty() && is_within(item.bytes, value)) parts_.push_back({item.bytes, owner, item.resource});
  }
  std::ranges::stable_sort(parts_, std::less<>(), [](const Part& part) { return part.bytes.data(); });
  whole_ = is_contradictory();
}

/// A resource that two patients are said to have, or bytes that hold another's within: who refers to it must see both.
bool BundleShare::is_contradictory() {
  names_.clear();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (!part.resource.empty()) names_.emplace_back(part.resource, part.owner);
    if (i == 0) continue;
    const Part& before = parts_[i - 1];
    const bool same = before.bytes.data() == part.bytes.data();
    if (same ? before.owner != part.owner : part.bytes.data() < before.bytes.data() + before.bytes.size()) return true;
  }
  std::ranges::sort(names_);
  for (std::size_t i = 1; i < names_.size(); ++i) {
    if (names_[i].first == names_[i - 1].first && names_[i].second != names_[i - 1].second) return true;
  }
  return false;
}

std::string_view BundleShare::of(std::string_view patient) {
  if (whole_) return value_;
  buffer_.clear();
  const char* at = value_.data();
  for (const Part& part : parts_) {
    if (part.owner == patient || part.bytes.data() < at) continue;
    buffer_.append(at, part.bytes.data()).append("{}");
    at = part.bytes.data() + part.bytes.size();
  }
  buffer_.append(at, value_.data() + value_.size());
  return buffer_;
}

}  // namespace coagwatch::daemon
