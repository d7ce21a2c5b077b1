#pragma once

#include <string_view>

#include "fhir/intake.h"
#include "rules/patient/moved.h"

namespace coagwatch::daemon {

/// The patient whose state an item concerns; empty where it names none.
inline std::string_view owner_of(const fhir::Item& item) {
  if (!item.patient.empty()) return item.patient;
  return item.context.patient.empty() ? item.last.patient : item.context.patient;
}

/// Whether an item names a resource, but no patient: it concerns whoever holds that.
inline bool concerns_a_holder(const fhir::Item& item) {
  if (!owner_of(item).empty()) return false;
  return item.deletion || (item.context.kind != fhir::ContextFacts::Kind::nothing && !item.context.source.empty());
}

/// Whether its version says that there were others before it.
inline bool is_correction(const fhir::Item& item) {
  return item.change.version.number.value_or(1) > 1 || rules::is_corrected(item.change.result.status);
}

/// Whether it ends a resource that is about nobody any more, and may have been about somebody before.
inline bool leaves_a_holder(const fhir::Item& item) {
  return !item.last.identity.empty() && item.last.patient.empty() && owner_of(item).empty() && is_correction(item);
}

}  // namespace coagwatch::daemon
