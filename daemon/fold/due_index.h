#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// Whose timers may be due, in (time, patient) order. A time is a lower bound: who takes one looks at the patient's
/// state for the timer itself. So a timer that moves later, or goes, need not be told.
///
/// Not thread-safe.
class DueIndex {
 public:
  struct Due {
    rules::Timestamp time;
    std::string patient;
  };

  /// The patient's timer is due at `time`, none() for none: makes sure that take() tells of it in time.
  void note(std::string_view patient, rules::Timestamp time);
  /// Takes out the first whose time is not after `until`.
  std::optional<Due> take(rules::Timestamp until);
  /// The earliest time; none() if there is none.
  [[nodiscard]] rules::Timestamp first() const;

 private:
  std::set<std::pair<rules::Timestamp, std::string>> order_;
  std::unordered_map<std::string, rules::Timestamp> times_;  ///< of each patient in `order_`
};

}  // namespace coagwatch::daemon
