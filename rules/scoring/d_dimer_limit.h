#pragma once

#include <cstdint>
#include <optional>

#include "rules/patient/patient_state.h"
#include "rules/values/site.h"

namespace coagwatch::rules {

/// What a D-dimer is a multiple of.
struct DDimerLimit {
  Decimal value;              ///< above 0, in the flavour of the stored value
  bool age_adjusted = false;  ///< the result's own limit looked age-adjusted, whichever is taken
};

/// The upper limit of normal that `d_dimer` is a multiple of: its own, else the site's; nullopt with none.
///
/// An own limit above 0.50 mg/L FEU is a cut-off for the exclusion of venous thrombosis, not a limit of normal, where
/// intake marked it (for ages above 50) or the patient is above 50 and it lies within 5 %, inclusive, of age * 0.01
/// mg/L (clinical reference C): then the site's goes before, and with none the own one is used. A result of unknown
/// flavour is a multiple of its own limit alone, since the site's is FEU.
std::optional<DDimerLimit> d_dimer_limit(const PatientState& state, const SiteProfile& site, const LabResult& d_dimer);

/// The earliest time from which the patient is known to be no child any more, the eighteenth birthday; else none().
Timestamp grown_up_at(const PatientState& state);

/// Completed years of life at `at`, to a day, from the eighteenth birthday; nullopt where that is not known or later.
std::optional<std::int64_t> age_of(const PatientState& state, Timestamp at);

}  // namespace coagwatch::rules
