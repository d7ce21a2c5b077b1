#include "rules/scoring/fall_after.h"

#include <algorithm>

#include "rules/patient/result_order.h"
#include "rules/patient/window.h"
#include "rules/scoring/current_values.h"

namespace coagwatch::rules {
namespace {

/// When the first treatment within the time began; none if there is none.
Timestamp first_start(const FallAfter& rule, const ValueTable& table) {
  Timestamp first = Timestamp::none();
  for (const StoredFact& fact : table.state->facts) {
    const bool counts = fact.fact == rule.fact && fact.value == Tristate::yes && fact.start.known() &&
                        fact.start <= table.as_of && table.as_of - fact.start <= rule.within;
    if (counts && (!first.known() || fact.start < first)) first = fact.start;
  }
  return first;
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
  if (table.state == nullptr || table.state->facts.empty()) return false;
  const Timestamp since = first_start(rule, table);
  return since.known() &&
         std::ranges::any_of(rule.measures, [&](Measure measure) { return has_fallen(measure, since, table); });
}

}  // namespace coagwatch::rules
