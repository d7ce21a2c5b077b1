#pragma once

#include <string_view>

#include "rules/patient/fact_change.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::rules {

/// At most so many resources are remembered of one patient, and so many facts kept.
inline constexpr std::size_t kMaxFactSources = 128;
inline constexpr std::size_t kMaxFacts = 256;

/// Applies what one version of a resource says: its facts replace all that earlier versions said.
///
/// - `superseded`: the version is provably older than what is known of the resource, or the resource was removed and
///   this version is not provably newer; what is adopted (FactChange::adopted), also where it is not provably newer
///   than what the patient's own records say.
/// - `duplicate`: the same facts again, or nothing to take away.
/// - `retracted`: a removal; remembered for one window, so that no earlier version comes to life.
/// - `applied` otherwise. A version that states nothing is remembered likewise where its age can be told.
///
/// Whatever order the versions of resources arrive in, the same facts are left, as far as each version's age can be
/// told from the others'. Facts that ended a window before the patient's newest result are dropped. Of too many the
/// resources go first that state nothing, then those whose facts end first.
ApplyOutcome apply_facts(PatientState& state, const FactChange& change, const WindowLimits& limits);

/// Whether something counts that the resource stated.
bool states_facts(const PatientState& state, std::string_view source);

/// Drops facts that ended before `edge`, and forgets resources that state nothing since then.
void drop_facts_before(PatientState& state, Timestamp edge);

/// Drops what came under other keys of the patient.
void drop_adopted_facts(PatientState& state);

/// Drops the resource that matters least. False if there is none.
bool drop_a_fact_source(PatientState& state);

/// A fact to be kept. An unknown start is earliest; an open end is Timestamp::none().
struct FactEntry {
  Fact fact = Fact::underlying_disorder;
  Tristate value = Tristate::unknown;
  Timestamp start = Timestamp::none();
  Timestamp end = Timestamp::none();
  std::string_view source;  ///< reference of the resource, may be empty
};

/// Keeps a fact that has no version. It replaces what the same source said of the same fact before, if it names its
/// source. What has none is one source altogether.
void put_fact(PatientState& state, const FactEntry& entry);

}  // namespace coagwatch::rules
