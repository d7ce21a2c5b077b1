#include "rules/scoring/deciding.h"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/criterion/banding.h"
#include "rules/criterion/measures.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/definitions.h"
#include "rules/scoring/item_score.h"
#include "rules/scoring/source_points.h"
#include "rules/scoring/turning.h"

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

/// A D-dimer is no FDP where the site names no kit.
bool can_give(const Source& source, const ValueTable& table) {
  return source.measure != Measure::fdp_by_kit || table.has_kit;
}

/// The alternatives from here on could not count: one that comes after that which counts could only where that one is
/// so old that it would give way.
const Source* end_of_alternatives(const Item& item, const ValueTable& table) {
  const Source* const end = item.sources.data() + item.sources.size();
  if (item.combine != Item::Combine::first || item.sources.size() < 2) return end;
  const Source* counts = preferred_source(item, table);
  if (counts == nullptr) return end;
  const bool gives_way = !item.however_old && table.as_of - table.values[index(counts->measure)].at > kPreferenceSpan;
  return gives_way ? end : counts + 1;
}

/// Whether some value of it would give more points than the others surely do, where the most points count.
bool can_raise(const Source& source, const Item& item, const ValueTable& table) {
  const bool known_only = item.combine == Item::Combine::known;
  if (!known_only && item.combine != Item::Combine::highest) return true;
  const int most = range_of(all_points(source.bands, item.base), item.base).max;
  return std::ranges::none_of(item.sources, [&](const Source& other) {
    if (&other == &source) return false;
    const SourcePoints points = points_of_source(other, item, table);
    if (!points.known && known_only) return false;
    const PointSet set = points.known ? points.set : all_points(other.bands, item.base);
    return range_of(set, item.base).min >= most;
  });
}

void add_all(const Item& item, const ValueTable& table, DecidingList& list);

void add_open(const OpenSum& sum, const ValueTable& table, DecidingList& list) {
  for (std::size_t i = 0; i < sum.items->size(); ++i) {
    if ((sum.open >> i & 1) != 0) add_all((*sum.items)[i], table, list);
  }
}

/// What could be known of an item.
void add_all(const Item& item, const ValueTable& table, DecidingList& list) {
  for (const Fact fact : item.facts) list.add(fact);
  const Source* const end = end_of_alternatives(item, table);
  for (const Source* each = item.sources.data(); each != end; ++each) {
    const Source& source = *each;
    if (!can_give(source, table) || !can_raise(source, item, table)) continue;
    if (source.measure == Measure::sofa_four && table.sofa_four.items != nullptr) {
      add_open(table.sofa_four, table, list);
      continue;
    }
    list.add(sent_measure(source.measure));
    if (source.per) list.add(*source.per);
  }
  if (item.trend) {
    for (const Measure measure : item.trend->measures) list.add(sent_measure(measure));
  }
  for (const Item& branch : item.branches) add_all(branch, table, list);
  if (item.chosen_by) list.add(*item.chosen_by);
}

void add_unusable(const Item& item, const ValueTable& table, DecidingList& list) {
  for (const Source& source : item.sources) {
    Measure which{};
    if (can_give(source, table) && unusable(source.measure, table, which)) list.add(which);
  }
  for (const Item& branch : item.branches) add_unusable(branch, table, list);
}

/// REQUIRES: `out.deciding` is empty, and everything else in `out` complete.
void list_of(const ValueTables& tables, CriterionScore& out) {
  const bool undecided = out.status == Status::indeterminate;
  if (!undecided && !tables.any_unusable()) return;
  DecidingList list(out.deciding);
  std::optional<Turning> turning;
  if (undecided) turning.emplace(out);
  if (undecided && out.by_total) list.add(*out.by_total);
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    const ItemScore& score = out.items[i];
    const bool open = turning && !out.by_total && score.min != score.max;
    if (open && turning->by_item(i)) add_all(*score.item, tables.of(score.item->max_age), list);
    if (tables.any_unusable()) add_unusable(*score.item, tables.of(score.item->max_age), list);
  }
  if (!turning || !turning->by_finding()) return;
  const ValueTable& table = tables.of(out.criterion->max_age);
  for (const AuxiliaryFinding& finding : out.criterion->findings) {
    if (is_there(finding, table) == Tristate::unknown) list.add(sent_measure(finding.measure));
  }
}

}  // namespace

void list_deciding(Assessment& assessment) {
  if (assessment.lists_deciding) return;
  assessment.lists_deciding = true;
  const ValueTables tables(assessment, assessment.others);
  for (CriterionScore& score : assessment.scores) {
    if (score.status != Status::not_applicable) list_of(tables, score);
  }
}

}  // namespace coagwatch::rules
