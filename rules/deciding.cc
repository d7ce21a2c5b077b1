#include "rules/deciding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/item_score.h"

namespace coagwatch::rules {
namespace {

// Unusable results that would have fed `source`, also through what it is derived from.
bool unusable(Measure source, const ValueTable& table, Measure& which) {
  const auto check = [&](Measure measure) {
    if (!table.unusable[index(measure)]) return false;
    which = measure;
    return true;
  };
  if (check(source) || check(sent_measure(source))) return true;
  return source == Measure::pt_ratio && (check(Measure::pt_seconds) || check(Measure::inr));
}

/// Lists names in the order in which they come up first.
class DecidingList {
 public:
  explicit DecidingList(std::vector<std::string_view>& names) : names_(names) {}

  void add(Measure measure) {
    if (measures_[index(measure)]) return;
    measures_.set(index(measure));
    names_.push_back(measure_info(measure).name);
  }
  void add(Fact fact) {
    if (facts_[index(fact)]) return;
    facts_.set(index(fact));
    names_.push_back(fact_name(fact));
  }

 private:
  std::vector<std::string_view>& names_;
  std::bitset<kMeasureCount> measures_;
  std::bitset<kFactCount> facts_;
};

constexpr std::size_t kMostItems = 16;
constexpr int kWidest = 63;

/// Tells which items turn the status.
class Turns {
 public:
  Turns(const ValueTable& table, std::int16_t cut, const CriterionScore& score)
      : score_(score), cut_(cut), told_(score.items.size() <= kMostItems && score.max - score.min <= kWidest) {
    for (std::size_t i = 0; told_ && i < score.items.size(); ++i) {
      const ItemScore& item = score.items[i];
      points_[i] = possible_points(item, table);
      if (is_whole(points_[i])) {
        filled_ += item.max - item.min;
      } else {
        widest_ = std::max(widest_, item.max - item.min - 1);
      }
    }
  }

  /// Whether with some points of the others some points of this item reach the cut and others do not. Of a criterion
  /// larger than any that there is, every item may.
  [[nodiscard]] bool by(std::size_t item) const {
    if (!told_ || others_have_no_gap(item)) return true;
    const int span = score_.items[item].max - score_.items[item].min;
    const int most = cut_ - score_.min - 1;  // that the others may have above their least
    const int least = std::max(cut_ - score_.min - span, 0);
    const PointSet up_to_most = (PointSet{2} << most) - 1;
    return ((totals_without(item) & up_to_most) >> least) != 0;
  }

 private:
  /// Whether the others may have every total between their least and their most, by a test that is enough but not
  /// necessary: items without gaps fill those of the others. Then every open item turns an open status.
  [[nodiscard]] bool others_have_no_gap(std::size_t item) const {
    const int own = is_whole(points_[item]) ? score_.items[item].max - score_.items[item].min : 0;
    return filled_ - own >= widest_;
  }

  /// What the others may have together above their least: bit k stands for k points.
  [[nodiscard]] PointSet totals_without(std::size_t item) const {
    PointSet totals = 1;
    for (std::size_t i = 0; i < score_.items.size(); ++i) {
      if (i == item || points_[i] == 1) continue;
      PointSet sums = 0;
      for (PointSet left = points_[i]; left != 0; left &= left - 1) sums |= totals << std::countr_zero(left);
      totals = sums;
    }
    return totals;
  }

  static bool is_whole(PointSet points) { return (points & (points + 1)) == 0; }

  const CriterionScore& score_;
  int cut_;
  bool told_;
  int filled_ = 0;  ///< together the spans of items without gaps
  int widest_ = 0;  ///< no gap of the others is wider
  std::array<PointSet, kMostItems> points_{};
};

}  // namespace

void list_deciding(const ValueTable& table, std::int16_t cut, CriterionScore& out) {
  const bool undecided = out.status == Status::indeterminate;
  const bool any_unusable = table.unusable.any();
  if (!undecided && !any_unusable) return;
  DecidingList list(out.deciding);
  std::optional<Turns> turns;
  if (undecided) turns.emplace(table, cut, out);
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    const ItemScore& score = out.items[i];
    const bool open = turns && score.min != score.max && turns->by(i);
    if (open && score.item->fact) list.add(*score.item->fact);
    for (const Source& source : score.item->sources) {
      Measure which{};
      if (open) list.add(sent_measure(source.measure));
      if (any_unusable && unusable(source.measure, table, which)) list.add(which);
    }
  }
}

}  // namespace coagwatch::rules
