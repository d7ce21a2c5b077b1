#include "rules/scoring/turning.h"

#include <algorithm>
#include <bit>

namespace coagwatch::rules {
namespace {

bool is_whole(PointSet points) { return (points & (points + 1)) == 0; }

bool in_floor(const Met& met, std::size_t item) {
  return std::ranges::find(met.floor_items, item) != met.floor_items.end();
}

/// Whether a bit from `least` to `most` is set.
bool any_between(PointSet set, int least, int most) {
  if (most < 0 || least > most) return false;
  const PointSet up_to_most = most >= 63 ? ~PointSet{0} : (PointSet{2} << most) - 1;
  return ((set & up_to_most) >> std::max(least, 0)) != 0;
}

}  // namespace

Turning::Turning(const CriterionScore& score)
    : score_(score),
      met_(score.table->met),
      told_(score.items.size() <= kMostItems && score.max - score.min <= kWidest) {
  for (std::size_t i = 0; told_ && i < score.items.size(); ++i) {
    const ItemScore& item = score.items[i];
    points_[i] = item.above_min();
    if (is_whole(points_[i])) {
      filled_ += item.max - item.min;
    } else {
      widest_ = std::max(widest_, item.max - item.min - 1);
    }
  }
}

bool Turning::by_item(std::size_t item) const {
  if (!told_) return true;
  if (!met_.floor_items.empty()) return turns_with_floor(item);
  const bool too_few = met_.or_findings == 0 || score_.findings_min < met_.or_findings;
  const bool enough = met_.or_findings != 0 && score_.findings_max >= met_.or_findings;
  return (too_few && turns_total(item, met_.cut)) || (enough && turns_total(item, met_.or_cut));
}

bool Turning::turns_total(std::size_t item, int cut) const {
  const int span = score_.items[item].max - score_.items[item].min;
  const int rest = cut - score_.min;  // that is missing at the least of all
  // Items without gaps fill those of the others: then every open item turns an open total.
  if (others_have_no_gap(item)) return rest > 0 && rest <= score_.max - score_.min;
  const PointSet others = totals_without(item, [](std::size_t) { return true; });
  return any_between(others, rest - span, rest - 1);
}

bool Turning::others_have_no_gap(std::size_t item) const {
  const int own = is_whole(points_[item]) ? score_.items[item].max - score_.items[item].min : 0;
  return filled_ - own >= widest_;
}

bool Turning::turns_with_floor(std::size_t item) const {
  const bool own = in_floor(met_, item);
  const int span = score_.items[item].max - score_.items[item].min;
  const int rest = met_.cut - score_.min;
  const int floor_rest = met_.floor - score_.floor->min;
  const PointSet inside = totals_without(item, [&](std::size_t i) { return in_floor(met_, i); });
  const PointSet outside = totals_without(item, [&](std::size_t i) { return !in_floor(met_, i); });
  for (PointSet left = inside; left != 0; left &= left - 1) {
    const int part = std::countr_zero(left);
    const bool reached_at_most = part + (own ? span : 0) >= floor_rest;
    if (!reached_at_most) continue;
    // Where the floor is not reached at the least, the item turns as soon as the total is reached at its most.
    const bool reached_at_least = part >= floor_rest;
    const int least = rest - part - span;
    const int most = reached_at_least ? rest - part - 1 : kWidest;
    if (any_between(outside, least, most)) return true;
  }
  return false;
}

bool Turning::by_finding() const {
  if (met_.or_findings == 0 || score_.findings_min >= met_.or_findings || score_.findings_max < met_.or_findings) {
    return false;
  }
  if (!told_) return true;
  const PointSet totals = totals_without(score_.items.size(), [](std::size_t) { return true; });
  return any_between(totals, met_.or_cut - score_.min, met_.cut - score_.min - 1);
}

template <typename Within>
PointSet Turning::totals_without(std::size_t item, Within within) const {
  PointSet totals = 1;
  for (std::size_t i = 0; i < score_.items.size(); ++i) {
    if (i == item || points_[i] == 1 || !within(i)) continue;
    totals = sum_of(totals, points_[i]);
  }
  return totals;
}

}  // namespace coagwatch::rules
