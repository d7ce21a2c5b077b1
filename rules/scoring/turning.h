#pragma once

#include <array>
#include <cstddef>

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Tells which items of a score whose status is open turn it: with some points of all others they meet the criterion at
/// their most and do not at their least. Totals and the part of Met::floor_items only grow with an item's points, so
/// these two are enough.
class Turning {
 public:
  /// `score` must outlive this.
  explicit Turning(const CriterionScore& score);

  /// Of an item. Of a criterion larger than any that there is, every one may.
  [[nodiscard]] bool by_item(std::size_t item) const;
  /// Of an auxiliary finding that is open.
  [[nodiscard]] bool by_finding() const;

 private:
  static constexpr std::size_t kMostItems = 16;
  static constexpr int kWidest = 62;

  [[nodiscard]] bool turns_total(std::size_t item, int cut) const;
  [[nodiscard]] bool turns_with_floor(std::size_t item) const;
  [[nodiscard]] bool others_have_no_gap(std::size_t item) const;
  /// What items may have together above their least: bit k stands for k points. `within` tells which of them.
  template <typename Within>
  [[nodiscard]] PointSet totals_without(std::size_t item, Within within) const;

  const CriterionScore& score_;
  const Met& met_;
  bool told_;
  int filled_ = 0;  ///< together the spans of items without gaps
  int widest_ = 0;  ///< no gap of the others is wider
  std::array<PointSet, kMostItems> points_{};
};

}  // namespace coagwatch::rules
