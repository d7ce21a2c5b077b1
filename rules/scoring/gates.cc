#include "rules/scoring/gates.h"

#include <algorithm>

#include "rules/scoring/fall_after.h"

namespace coagwatch::rules {
namespace {

bool surely_not(const FactTest& test, const KnownFacts& facts) {
  return facts.no(test.fact) || (facts.yes(test.fact) && !holds(test, facts));
}

bool is_active(const Column& column, const KnownFacts& facts) {
  return std::ranges::any_of(column.when_any, [&](const FactTest& test) { return holds(test, facts); }) &&
         std::ranges::none_of(column.unless_any, [&](const FactTest& test) { return holds(test, facts); });
}

bool excluded(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table) {
  const GateRule& rule = criterion.gate;
  // A newborn is a child (known_facts.h).
  if (rule.adults_only && facts.yes(Fact::child)) return true;
  if (!rule.newborns && facts.yes(Fact::newborn)) return true;
  if (std::ranges::any_of(rule.excludes, [&](const FactTest& test) { return holds(test, facts); })) return true;
  if (std::ranges::any_of(rule.excluded_by_no, [&](Fact fact) { return facts.no(fact); })) return true;
  if (std::ranges::any_of(rule.only, [&](Fact fact) { return !facts.yes(fact); })) return true;
  const auto is_not = [&](const Sign& sign) { return is_so(sign, facts, table) == Tristate::no; };
  if (!rule.needs_any.empty() && std::ranges::all_of(rule.needs_any, is_not)) return true;
  return !rule.requires_any.empty() && facts.no(rule.requires_any.front()) &&
         std::ranges::none_of(rule.requires_any, [&](Fact fact) { return facts.yes(fact); });
}

bool columns_known(const Criterion& criterion, const KnownFacts& facts) {
  for (const Column& column : criterion.columns) {
    if (is_active(column, facts)) return true;
    if (!is_surely_inactive(column, facts)) return false;
  }
  return true;
}

/// Adjustments of some populations only are part of what tells populations apart.
bool adjustments_known(const Criterion& criterion, const KnownFacts& facts) {
  const bool everybody = std::ranges::all_of(criterion.columns, [](const Column& each) { return each.table.adjusted; });
  if ((everybody && !criterion.columns.empty()) || active_column(criterion, facts) != nullptr) return true;
  return std::ranges::none_of(criterion.adjustments, [&](const Adjustment& each) { return facts.unknown(each.fact); });
}

bool population_known(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table) {
  const GateRule& rule = criterion.gate;
  const auto is_yes = [&](Fact fact) { return facts.yes(fact); };
  if (rule.adults_only && facts.unknown(Fact::child)) return false;
  if (!rule.requires_any.empty() && std::ranges::none_of(rule.requires_any, is_yes)) return false;
  if (!rule.needs_any.empty() && std::ranges::none_of(rule.needs_any, [&](const Sign& sign) {
        return is_so(sign, facts, table) == Tristate::yes;
      })) {
    return false;
  }
  return columns_known(criterion, facts) && adjustments_known(criterion, facts);
}

bool asks_nothing(const Criterion& criterion) {
  const GateRule& rule = criterion.gate;
  return rule.requires_any.empty() && rule.excludes.empty() && rule.excluded_by_no.empty() && rule.only.empty() &&
         rule.needs_any.empty() && !rule.adults_only && criterion.columns.empty() && criterion.adjustments.empty();
}

}  // namespace

bool holds(const FactTest& test, const KnownFacts& facts) {
  return facts.yes(test.fact) && !(test.unless && facts.yes(*test.unless));
}

Tristate is_so(const Sign& sign, const KnownFacts& facts, const ValueTable& table) {
  if (sign.fact) return facts[*sign.fact];
  const std::size_t i = index(sign.measure);
  if (!table.present[i]) return Tristate::unknown;
  const Interval& value = table.values[i].value;
  const Decimal least = Decimal::of(sign.at_least);
  if (!value.low_unbounded && value.low >= least) return Tristate::yes;
  const bool below = !value.high_unbounded && (value.high < least || (value.high == least && value.high_open));
  return below ? Tristate::no : Tristate::unknown;
}

bool is_surely_inactive(const Column& column, const KnownFacts& facts) {
  return std::ranges::all_of(column.when_any, [&](const FactTest& test) { return surely_not(test, facts); }) ||
         std::ranges::any_of(column.unless_any, [&](const FactTest& test) { return holds(test, facts); });
}

const Column* active_column(const Criterion& criterion, const KnownFacts& facts) {
  const auto found =
      std::ranges::find_if(criterion.columns, [&](const Column& each) { return is_active(each, facts); });
  return found == criterion.columns.end() ? nullptr : &*found;
}

const Column* derived_column(const Criterion& criterion, const ValueTable& table) {
  const auto found = std::ranges::find_if(criterion.columns, [&](const Column& column) {
    return column.or_after && has_fallen_after(*column.or_after, table);
  });
  return found == criterion.columns.end() ? nullptr : &*found;
}

Gate gate_of(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table) {
  if (excluded(criterion, facts, table)) return Gate::excluded;
  if (asks_nothing(criterion)) return Gate::none;
  return population_known(criterion, facts, table) ? Gate::confirmed : Gate::unconfirmed;
}

}  // namespace coagwatch::rules
