#include "daemon/fold/patient_table.h"

namespace coagwatch::daemon {

void PatientTable::Entry::set_value(std::string_view value) {
  // Exactly what a restored one takes; one that grows later grows by more.
  if (record_.size() == key_size_) record_.reserve(key_size_ + value.size());
  record_.replace(key_size_, std::string::npos, value);
}

std::pair<PatientTable::Slot, bool> PatientTable::add(std::string_view key) {
  if (const Slot found = find(key); found != kNobody) return {found, false};
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(entries_.size());
    entries_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[slot];
  entry.record_ = key;
  entry.key_size_ = static_cast<std::uint32_t>(key.size());
  slots_.insert({hash_of(key), slot});
  return {slot, true};
}

void PatientTable::erase(Slot slot) {
  slots_.erase(slots_.find(entries_[slot].key()));
  entries_[slot] = {};
  free_.push_back(slot);
}

}  // namespace coagwatch::daemon
