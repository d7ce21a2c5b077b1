#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// Whose timers may be due, in (time, patient) order. A time is a lower bound: who takes one looks at the patient's
/// state for the timer itself. So a timer that moves later, or goes, need not be told. Patients are known by small
/// numbers, their slots.
///
/// Not thread-safe.
class DueIndex {
 public:
  using Slot = std::uint32_t;
  struct Due {
    rules::Timestamp time;
    std::string_view patient;  ///< valid until the next call
  };

  /// `patient_of`: the key of the patient in a slot that is in here.
  explicit DueIndex(std::function<std::string_view(Slot)> patient_of) : patient_of_(std::move(patient_of)) {}

  /// The timer of the patient in that slot is due at `time`, none() for none: makes sure that first() tells of it in
  /// time.
  void note(Slot slot, rules::Timestamp time);
  /// The patient in that slot, who is still there, will not be.
  void forget(Slot slot);
  /// Forgets everything and keeps the memory.
  void clear();
  /// The earliest time; none() if there is none.
  [[nodiscard]] rules::Timestamp first_time() const;
  /// The first one whose time is not after `until`.
  std::optional<Due> first(rules::Timestamp until);
  /// Takes it out. REQUIRES: first() has told of one, and nothing has changed since.
  void pop();

 private:
  struct Entry {
    rules::Timestamp time;
    Slot slot = 0;
  };
  /// Noted with another time since, or taken out.
  [[nodiscard]] bool is_stale(const Entry& entry) const { return noted_[entry.slot] != entry.time; }
  void push(Entry entry);
  void remove_front();
  void remove_stale_fronts();
  void gather(rules::Timestamp time);

  std::function<std::string_view(Slot)> patient_of_;
  std::vector<Entry> heap_;              // by time only; its front is not stale
  std::vector<rules::Timestamp> noted_;  // by slot; none(): not in here
  // Those of one time, in the order of their keys, while they are taken out.
  std::map<std::string, Slot, std::less<>> gathered_;
  rules::Timestamp gathered_time_ = rules::Timestamp::none();
};

}  // namespace coagwatch::daemon
