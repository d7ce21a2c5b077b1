#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/criterion/banding.h"
#include "rules/criterion/criterion.h"
#include "rules/criterion/facts.h"
#include "rules/criterion/measures.h"
#include "rules/criterion/population.h"

namespace coagwatch::rules {

/// Bands that split at cut-offs, for tests: the points below the first one, then from each on. With `upper` a value at
/// a cut-off belongs to the band below it.
inline std::vector<Band> bands_of(std::int16_t lowest,
                                  std::initializer_list<std::pair<std::string_view, std::int16_t>> cuts,
                                  bool upper = false) {
  std::vector<Band> bands(1);
  bands.back().points = lowest;
  for (const auto& [cut, points] : cuts) {
    const Decimal value = Decimal::parse(cut).value();
    bands.back().high = value;
    bands.back().high_inclusive = upper;
    Band next;
    next.low = value;
    next.low_inclusive = !upper;
    next.points = points;
    bands.push_back(next);
  }
  return bands;
}

/// An item scored by measures, with its range of points, for tests.
inline Item item_of(std::string_view name, std::vector<Source> sources, std::int16_t least, std::int16_t most,
                    Item::Combine combine = Item::Combine::first) {
  Item item;
  item.name = name;
  item.combine = combine;
  item.sources = std::move(sources);
  item.min_points = least;
  item.max_points = most;
  item.base = least;
  item.unknown = 0;
  for (const Source& source : item.sources) item.unknown |= all_points(source.bands, least);
  return item;
}

/// An item scored 1 by a fact, for tests.
inline Item item_of(std::string_view name, Fact fact) {
  Item item;
  item.name = name;
  item.facts = {fact};
  item.points_yes = 1;
  item.max_points = 1;
  item.unknown = 3;
  return item;
}

/// Finishes a criterion's derived members as the loader does.
inline Criterion finished(Criterion criterion) {
  set_totals(criterion, criterion.table);
  for (Column& column : criterion.columns) set_totals(criterion, column.table);
  criterion.scores = measures_of(criterion);
  criterion.asks = facts_of(criterion);
  return criterion;
}

/// The three criteria as published, made by hand: tests of the evaluator need no loader.
inline Criterion isth_fixture() {
  Criterion criterion;
  criterion.id = "isth-2001";
  criterion.gate.requires_any = {Fact::underlying_disorder};
  criterion.table.met.cut = 5;
  criterion.table.items = {
      item_of("platelets", {{Measure::platelets, bands_of(2, {{"50", 1}, {"100", 0}})}}, 0, 2),
      item_of("fibrin-marker",
              {{Measure::fdp, bands_of(0, {{"10", 2}, {"25", 3}})},
               {Measure::d_dimer_uln, bands_of(0, {{"3", 2}, {"7", 3}}, true)}},
              0, 3),
      item_of("pt", {{Measure::pt_prolongation, bands_of(0, {{"3", 1}, {"6", 2}})}}, 0, 2),
      item_of("fibrinogen", {{Measure::fibrinogen, bands_of(1, {{"1.0", 0}})}}, 0, 1),
  };
  return finished(std::move(criterion));
}

inline Criterion jaam_fixture() {
  Criterion criterion;
  criterion.id = "jaam";
  criterion.gate.requires_any = {Fact::underlying_disorder};
  criterion.gate.excludes = {{Fact::marrow_suppression}, {Fact::leukaemia, Fact::remission}};
  criterion.table.met.cut = 4;
  criterion.table.items = {
      item_of("sirs", {{Measure::sirs, bands_of(0, {{"3", 1}})}}, 0, 1),
      item_of("platelets",
              {{Measure::platelets, bands_of(3, {{"80", 1}, {"120", 0}})},
               {Measure::platelet_fall_24h, bands_of(0, {{"30", 1}, {"50", 3}})}},
              0, 3, Item::Combine::highest),
      item_of("pt", {{Measure::pt_ratio, bands_of(0, {{"1.2", 1}})}}, 0, 1),
      item_of("fdp", {{Measure::fdp, bands_of(0, {{"10", 1}, {"25", 3}})}}, 0, 3),
  };
  return finished(std::move(criterion));
}

inline Criterion jmhw_fixture() {
  Criterion criterion;
  criterion.id = "jmhw";
  criterion.gate.excludes = {{Fact::pregnancy}};
  criterion.table.met.cut = 7;
  criterion.table.grades = {{"low", -3}, {"suspected", 6}, {"dic", 7}};
  criterion.adjustments = {{Fact::liver_cirrhosis, -3, "note 2"}};
  criterion.table.items = {
      item_of("underlying-disorder", Fact::underlying_disorder),
      item_of("bleeding", Fact::bleeding),
      item_of("organ-symptoms", Fact::organ_symptoms),
      item_of("fdp", {{Measure::fdp, bands_of(0, {{"10", 1}, {"20", 2}, {"40", 3}})}}, 0, 3),
      item_of("platelets", {{Measure::platelets, bands_of(3, {{"50", 2}, {"80", 1}, {"120", 0}}, true)}}, 0, 3),
      item_of("fibrinogen", {{Measure::fibrinogen, bands_of(2, {{"1.0", 1}, {"1.5", 0}}, true)}}, 0, 2),
      item_of("pt", {{Measure::pt_ratio, bands_of(0, {{"1.25", 1}, {"1.67", 2}})}}, 0, 2),
  };
  Column& column = criterion.columns.emplace_back();
  column.name = "note-1";
  column.when_any = {{Fact::marrow_suppression}, {Fact::leukaemia}};
  column.unscored = {"bleeding", "platelets"};
  for (const Item& item : criterion.table.items) {
    if (item.name != "bleeding" && item.name != "platelets") column.table.items.push_back(item);
  }
  column.table.adjusted = false;
  column.table.met.cut = 4;
  column.table.grades = {{"low", 0}, {"suspected", 3}, {"dic", 4}};
  return finished(std::move(criterion));
}

}  // namespace coagwatch::rules
