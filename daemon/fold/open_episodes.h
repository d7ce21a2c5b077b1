#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Counts patients by criterion in which an episode of theirs runs (open or resolving), published or not; for metrics.
///
/// Not thread-safe.
class OpenEpisodes {
 public:
  /// One patient's: bit i is the criterion of that index. A patient has at most one episode of each.
  using Set = std::uint64_t;
  /// Criteria after so many are not counted.
  static constexpr std::size_t kMaxCriteria = 64;

  /// `criteria`: their ids, in the order of the rule set. Episodes of others are not counted.
  explicit OpenEpisodes(std::vector<std::string> criteria);

  /// Those that are counted.
  [[nodiscard]] const std::vector<std::string>& criteria() const { return criteria_; }
  [[nodiscard]] Set of(const rules::PatientState& state) const;
  /// A patient had `before` and has `after` now.
  void replace(Set before, Set after);
  /// By index of the criterion.
  [[nodiscard]] std::span<const std::uint64_t> counts() const { return counts_; }

 private:
  std::vector<std::string> criteria_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace coagwatch::daemon
