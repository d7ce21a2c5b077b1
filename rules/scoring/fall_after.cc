#include "rules/scoring/fall_after.h"

#include <algorithm>

#include "rules/patient/result_order.h"
#include "rules/patient/window.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

/// Whether it is a treatment within the time.
bool counts(const StoredFact& fact, const FallAfter& rule, Timestamp as_of) {
  return fact.fact == rule.fact && fact.value == Tristate::yes && fact.start.known() && fact.start <= as_of &&
         as_of - fact.start <= rule.within;
}

bool has_fallen(Measure measure, Timestamp since, const ValueTable& table) {
  const StoredResult* before = nullptr;
  const StoredResult* after = nullptr;
  const ResultRange range = results_of(*table.state, measure);
  for (std::size_t i = range.first; i < range.last; ++i) {
    const StoredResult& stored = table.state->results[i];
    if (stored.lab.unusable != Unusable::none || stored.lab.at > table.as_of) continue;
    const StoredResult*& side = stored.lab.at <= since ? before : after;
    if (side == nullptr || counts_over(stored, *side)) side = &stored;
  }
  if (before == nullptr || after == nullptr) return false;
  const Interval& then = before->lab.value;
  const Interval& now = after->lab.value;
  if (then.low_unbounded || now.high_unbounded) return false;
  return now.high < then.low || (now.high == then.low && (now.high_open || then.low_open));
}

}  // namespace

bool has_fallen_after(const FallAfter& rule, const ValueTable& table) {
  if (table.state == nullptr) return false;
  // Cells may rise again between two cycles, so that only the later one shows what they do.
  return std::ranges::any_of(table.state->facts, [&](const StoredFact& fact) {
    return counts(fact, rule, table.as_of) &&
           std::ranges::any_of(rule.measures, [&](Measure measure) { return has_fallen(measure, fact.start, table); });
  });
}

}  // namespace coagwatch::rules
