#include "rules/criterion/facts.h"

namespace coagwatch::rules {
namespace {

using Facts = std::bitset<kFactCount>;

void add(Fact fact, Facts& out) { out.set(index(fact)); }

void add(const FactTest& test, Facts& out) {
  add(test.fact, out);
  if (test.unless) add(*test.unless, out);
}

void add(const Sign& sign, Facts& out) {
  if (sign.fact) add(*sign.fact, out);
}

void add(const Item& item, Facts& out);
void add(const Column& column, Facts& out);

template <typename List>
void add_all(const List& list, Facts& out) {
  for (const auto& each : list) add(each, out);
}

void add(const Item& item, Facts& out) {
  add_all(item.facts, out);
  if (item.chosen_by) add(*item.chosen_by, out);
  for (const Item& branch : item.branches) add(branch, out);
}

void add(const GateRule& gate, Facts& out) {
  add_all(gate.requires_any, out);
  add_all(gate.excludes, out);
  add_all(gate.excluded_by_no, out);
  add_all(gate.only, out);
  add_all(gate.needs_any, out);
  add(Fact::child, out);
  add(Fact::newborn, out);
}

void add(const Column& column, Facts& out) {
  if (column.or_after) add(column.or_after->fact, out);
  add_all(column.when_any, out);
  add_all(column.unless_any, out);
  add_all(column.table.items, out);
}

}  // namespace

Facts facts_of(const Criterion& criterion) {
  Facts out;
  add(criterion.gate, out);
  add_all(criterion.table.items, out);
  add_all(criterion.columns, out);
  for (const Adjustment& adjustment : criterion.adjustments) add(adjustment.fact, out);
  return out;
}

}  // namespace coagwatch::rules
