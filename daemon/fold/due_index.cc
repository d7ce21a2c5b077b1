#include "daemon/fold/due_index.h"

#include <algorithm>
#include <functional>

namespace coagwatch::daemon {

using rules::Timestamp;

namespace {
// So many stale entries are no matter.
constexpr std::size_t kStale = 64;
}  // namespace

void DueIndex::note(Slot slot, Timestamp time) {
  if (!time.known()) return;
  if (slot >= noted_.size()) noted_.resize(slot + std::size_t{1}, Timestamp::none());
  Timestamp& noted = noted_[slot];
  if (noted.known() && noted <= time) return;
  if (noted.known() && !gathered_.empty() && noted == gathered_time_)
    gathered_.erase(gathered_.find(patient_of_(slot)));
  noted = time;
  if (!gathered_.empty() && time == gathered_time_) {
    gathered_.emplace(patient_of_(slot), slot);
  } else {
    push({time, slot});
  }
}

void DueIndex::forget(Slot slot) {
  if (slot >= noted_.size() || !noted_[slot].known()) return;
  if (!gathered_.empty() && noted_[slot] == gathered_time_) gathered_.erase(gathered_.find(patient_of_(slot)));
  noted_[slot] = Timestamp::none();
  remove_stale_fronts();
}

void DueIndex::clear() {
  heap_.clear();
  noted_.clear();
  gathered_.clear();
}

Timestamp DueIndex::first_time() const {
  if (gathered_.empty()) return heap_.empty() ? Timestamp::none() : heap_.front().time;
  return heap_.empty() ? gathered_time_ : std::min(heap_.front().time, gathered_time_);
}

std::optional<DueIndex::Due> DueIndex::first(Timestamp until) {
  const Timestamp time = first_time();
  if (!time.known() || time > until) return std::nullopt;
  if (gathered_.empty() || time != gathered_time_) gather(time);
  return Due{time, gathered_.begin()->first};
}

/// Sets the patients of that time in order.
void DueIndex::gather(Timestamp time) {
  for (const auto& [patient, slot] : gathered_) push({gathered_time_, slot});
  gathered_.clear();
  gathered_time_ = time;
  while (!heap_.empty() && heap_.front().time == time) {
    const Slot slot = heap_.front().slot;
    gathered_.emplace(patient_of_(slot), slot);
    remove_front();
    remove_stale_fronts();
  }
}

void DueIndex::pop() {
  noted_[gathered_.begin()->second] = Timestamp::none();
  gathered_.erase(gathered_.begin());
  remove_stale_fronts();
}

void DueIndex::push(Entry entry) {
  heap_.push_back(entry);
  std::ranges::push_heap(heap_, std::ranges::greater{}, &Entry::time);
  if (heap_.size() <= 2 * noted_.size() + kStale) return;
  std::erase_if(heap_, [this](const Entry& old) { return is_stale(old); });
  std::ranges::make_heap(heap_, std::ranges::greater{}, &Entry::time);
}

void DueIndex::remove_front() {
  std::ranges::pop_heap(heap_, std::ranges::greater{}, &Entry::time);
  heap_.pop_back();
}

void DueIndex::remove_stale_fronts() {
  while (!heap_.empty() && is_stale(heap_.front())) remove_front();
}

}  // namespace coagwatch::daemon
