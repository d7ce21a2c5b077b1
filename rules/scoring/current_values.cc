#include "rules/scoring/current_values.h"

#include "rules/patient/evictions.h"
#include "rules/patient/result_order.h"
#include "rules/scoring/derived_values.h"

namespace coagwatch::rules {
namespace {

// Newer than the value that counts, or with none in its place.
void mark_unusable(const StoredResult& result, const CurrentResults& current, ValueTable& table) {
  const std::size_t i = index(result.lab.measure);
  if (current[i] == nullptr || current[i]->lab.at <= result.lab.at) table.unusable.set(i);
}

void leave_out_forgotten(const PatientState& state, Timestamp earliest, CurrentResults& current, ValueTable& table) {
  for (const StoredEviction& step : state.evictions) {
    const std::size_t i = index(step.measure);
    if (table.forgotten[i] || !may_be_outranked(state, step.measure, current[i], earliest)) continue;
    table.forgotten.set(i);
    current[i] = nullptr;
  }
}

}  // namespace

void find_current_values(const PatientState& state, const SiteProfile& site, Timestamp at, Duration max_age,
                         ValueTable& table) {
  table.max_age = max_age;
  table.present.reset();
  table.unusable.reset();
  table.forgotten.reset();
  table.sofa_four = {};
  if (!at.known()) return;
  table.state = &state;
  table.as_of = at;
  CurrentResults& current = table.current;
  current.fill(nullptr);
  bool any_unusable = false;
  for (const StoredResult& stored : state.results) {
    const LabResult& lab = stored.lab;
    if (at - lab.at > max_age) continue;
    if (lab.unusable != Unusable::none) {
      any_unusable = true;
      continue;
    }
    if (lab.at > at) continue;
    const StoredResult*& best = current[index(lab.measure)];
    if (best == nullptr || lab.at > best->lab.at || counts_over(stored, *best)) best = &stored;
  }
  if (!state.evictions.empty()) leave_out_forgotten(state, at - max_age, current, table);
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    if (current[i] == nullptr) continue;
    const LabResult& lab = current[i]->lab;
    table.present.set(i);
    table.values[i] = {lab.value, lab.at, state.view(current[i]->source), false, lab.flags};
  }
  add_derived_values(state, site, current, table);
  if (!any_unusable) return;
  for (const StoredResult& stored : state.results) {
    if (stored.lab.unusable != Unusable::none && at - stored.lab.at <= max_age) mark_unusable(stored, current, table);
  }
}

}  // namespace coagwatch::rules
