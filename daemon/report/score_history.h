#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/scoring/assessment.h"

namespace coagwatch::daemon {

/// What one criterion came to at one time.
struct ScoreCell {
  std::int16_t min = 0;
  std::int16_t max = 0;
  rules::Status status = rules::Status::not_applicable;
  friend bool operator==(const ScoreCell&, const ScoreCell&) = default;
};

/// The scores of one patient over clinical time, all criteria of a rule set side by side. Of rows that are equal only
/// the first and the last of a run are kept; beyond kMost rows neighbours become one that spans both.
class ScoreHistory {
 public:
  static constexpr std::size_t kMost = 512;

  /// Notes an assessment. One of a time that was noted before replaces that and all later ones: the patient's newest
  /// result was taken back, or more of the same panel came.
  void note(const rules::Assessment& assessment);

  [[nodiscard]] std::size_t size() const { return times_.size(); }
  [[nodiscard]] rules::Timestamp at(std::size_t row) const { return times_[row]; }
  [[nodiscard]] const ScoreCell& cell(std::size_t row, std::size_t criterion) const {
    return cells_[row * width_ + criterion];
  }
  /// The last row at or before that time; the first at or after it.
  [[nodiscard]] std::optional<std::size_t> last_until(rules::Timestamp time) const;
  [[nodiscard]] std::optional<std::size_t> first_from(rules::Timestamp time) const;
  [[nodiscard]] bool thinned() const { return thinned_; }

 private:
  [[nodiscard]] bool same(std::size_t a, std::size_t b) const;
  void thin();

  std::size_t width_ = 0;
  std::vector<rules::Timestamp> times_;
  std::vector<ScoreCell> cells_;  // width_ a row
  bool thinned_ = false;
};

}  // namespace coagwatch::daemon
