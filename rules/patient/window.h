#pragma once

#include <cstddef>
#include <string_view>

#include "rules/patient/patient_state.h"

namespace coagwatch::rules {

/// A longer text is cut: TextRef has no room for its length.
inline constexpr std::size_t kLongestText = 65535;

/// Appends `text` to the state's buffer.
TextRef keep_text(PatientState& state, std::string_view text);

/// Rewrites the text buffer without garbage, once more than half of it is garbage. Keeps the buffer's memory.
void compact_text(PatientState& state);

/// Sets `state.at` to the newest collection time of a usable result in force, dropped ones too.
void refresh_clinical_time(PatientState& state);

/// Drops results and remembered retractions that lie more than the window behind the patient's newest result, then
/// thins `touched` down to its cap. Of a patient with courses the newest result that they have seen counts: before they
/// see another one they freeze what it leaves behind, and look back on the window as it was. REQUIRES: `state.at` is
/// right.
///
/// What a cap drops, and in which order: thinning.h. A state that weighs too much altogether is thinned likewise, of
/// the measure with most results; one result of each measure stays.
void trim(PatientState& state, Measure touched, const WindowLimits& limits);

/// Once the courses have seen the newest result (`folded_at`): drops what trim kept for them. An assessment of the
/// state is void after it.
void drop_outdated(PatientState& state, const WindowLimits& limits);

/// What a state takes up: at least the bytes of its changelog value (which the tests of its codec make sure of).
std::size_t weight(const PatientState& state);

/// The results of one measure, [first, last) in `state.results`.
struct ResultRange {
  std::size_t first = 0;
  std::size_t last = 0;
};
ResultRange results_of(const PatientState& state, Measure measure);

}  // namespace coagwatch::rules
