#pragma once

#include <string>
#include <string_view>

#include "rules/patient/patient_state.h"

// One patient under several keys (Patient.link): he is scored under one of them, and what is recorded under the others
// is adopted there. It stays where it was recorded too, so that a merge can be undone.
namespace coagwatch::rules {

/// At most so many resources may say that a patient is another one; the first ones count.
inline constexpr std::size_t kMaxLinks = 16;

/// What the key of a patient begins with whose records are kept elsewhere (copy.h): no key of a patient does.
inline constexpr char kElsewhere = '\0';
inline bool is_elsewhere(std::string_view key) { return key.starts_with(kElsewhere); }
/// That key of the patient `key`.
inline std::string elsewhere(std::string_view key) { return std::string(1, kElsewhere).append(key); }
/// The patient's own key.
inline std::string_view own_key(std::string_view key) { return is_elsewhere(key) ? key.substr(1) : key; }

/// Notes that the Patient resource `claimant` says that this patient is kept under the key `into`. True if that is new.
bool put_link(PatientState& state, std::string_view claimant, std::string_view into);

/// Forgets what `claimant` said. True if it said something.
bool drop_link(PatientState& state, std::string_view claimant);

/// The key that all links of this patient name; empty if there is none, or they name several.
std::string_view linked_to(const PatientState& state);

/// Says under which key the patient is scored; empty: under his own.
void set_merged_into(PatientState& state, std::string_view key);

/// Says beside whom a copy of this patient is kept elsewhere; empty: beside nobody.
void set_copied_to(PatientState& state, std::string_view key);

/// Adds to `state` what is recorded under another key of the patient, as `from` has it at first hand: its results, its
/// facts but those of Patient resources, and what was taken back. Marked as adopted (kFlagAdopted).
ApplyResult adopt(PatientState& state, const PatientState& from, const WindowLimits& limits);

/// Adds to `state` what was recorded of the same patient, under the same key, in another place, as his own.
ApplyResult join(PatientState& state, const PatientState& from, const WindowLimits& limits);

/// Takes out all that is adopted. What was adopted and crowded out stays remembered, so that scores stay sound.
ApplyResult release_adopted(PatientState& state, const WindowLimits& limits);

}  // namespace coagwatch::rules
