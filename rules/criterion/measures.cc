#include "rules/criterion/measures.h"

namespace coagwatch::rules {
namespace {

using Measures = std::bitset<kMeasureCount>;

void add(Measure measure, Measures& out) {
  out.set(index(measure));
  out.set(index(sent_measure(measure)));
  if (measure == Measure::pt_ratio) {
    out.set(index(Measure::pt_seconds));
    out.set(index(Measure::inr));
  }
}

void add(const Item& item, Measures& out) {
  for (const Source& source : item.sources) {
    add(source.measure, out);
    if (source.per) add(*source.per, out);
  }
  if (item.trend) {
    for (const Measure measure : item.trend->measures) add(measure, out);
  }
  for (const Item& branch : item.branches) add(branch, out);
}

void add_defined(const std::vector<Item>& items, Measures& out) {
  for (const Item& item : items) {
    if (item.sub_score) out.set(index(*item.sub_score));
  }
}

/// What may be reported in place of its points.
Measures reportable(const Criterion& criterion) {
  Measures out;
  add_defined(criterion.table.items, out);
  for (const Column& column : criterion.columns) add_defined(column.table.items, out);
  for (const Definition& definition : criterion.defines) out.set(index(definition.measure));
  return out;
}

}  // namespace

Measures scored_by(const Criterion& criterion) {
  Measures out;
  for (const Item& item : criterion.table.items) add(item, out);
  for (const Column& column : criterion.columns) {
    for (const Item& item : column.table.items) add(item, out);
    if (!column.or_after) continue;
    for (const Measure measure : column.or_after->measures) add(measure, out);
  }
  for (const AuxiliaryFinding& finding : criterion.findings) add(finding.measure, out);
  for (const Sign& sign : criterion.gate.needs_any) {
    if (!sign.fact) add(sign.measure, out);
  }
  return out;
}

Measures defined_by(const Criterion& criterion) {
  return criterion.defines.empty() ? Measures() : reportable(criterion);
}

Measures measures_of(const Criterion& criterion) { return scored_by(criterion) | reportable(criterion); }

Measure sent_measure(Measure measure) {
  switch (measure) {
    case Measure::pt_prolongation:
    case Measure::pt_over_control:
      return Measure::pt_seconds;
    case Measure::d_dimer_uln:
    case Measure::fdp_by_kit:
      return Measure::d_dimer;
    case Measure::platelet_fall_24h:
      return Measure::platelets;
    case Measure::aptt_prolongation:
      return Measure::aptt;
    case Measure::pic_uln:
      return Measure::pic;
    default:
      return measure;
  }
}

}  // namespace coagwatch::rules
