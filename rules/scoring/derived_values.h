#pragma once

#include <array>

#include "rules/patient/patient_state.h"
#include "rules/scoring/assessment.h"
#include "rules/values/site.h"

namespace coagwatch::rules {

/// How long before a platelet count its baseline may have been collected: 24 h and the site's grace.
Duration platelet_look_back(const SiteProfile& site);

/// Adds to `table` what is computed from other measures (decisions.md 3-5). A derived measure that was itself
/// given counts as given. All of them stay absent where a source or a setting of the site is missing.
///
/// - `pt-prolongation`: seconds minus `site.pt-control-seconds`, or with `pt-reference: upper-limit` minus
///   `site.pt-upper-limit-seconds`. Never from an INR or a ratio.
/// - `pt-over-control`: seconds minus the control, whatever the site's reference is; `aptt-prolongation`: aPTT minus
/// the
///   site's upper limit; `pic-uln`: PIC as multiple of its own upper limit, else the site's.
/// - `pt-ratio`: a reported ratio; else seconds / control, rounded half-up to 2 decimals; else INR^(1/ISI) where the
///   site gives ISI, the INR itself for an ISI of 0.9-1.1. One goes before the next only while it was collected at
///   most 4 h before the newest of those that give a value.
/// - `d-dimer-uln`: D-dimer as multiple of its own upper limit, else the site's; where its own is age-adjusted, of the
///   site's if there is one.
/// - `fdp-by-kit`: the FDP that the D-dimer stands for in the kit that the site names (d_dimer_kit.h).
/// - `platelet-fall-24h`: from the highest count collected in [t - 24 h, t), t being the collection time of the
///   current count; absent with no count there. `site.platelet_fall_grace` widens the 24 h, and the fall is
///   marked where that gave another baseline. Dropped counts that may be higher widen it (`forgotten`).
///
/// What is computed from a `forgotten` measure is forgotten too.
///
/// CurrentValue::value of the last two is rounded to 4 decimals, for display; what is scored is the exact fraction
/// beside it.
void add_derived_values(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                        ValueTable& table);

}  // namespace coagwatch::rules
