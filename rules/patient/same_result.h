#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/patient/patient_state.h"

// Copies of one result of which one has no id. They are known under two identities, and are the same where they have
// one identifier (Change::fingerprint) and one measure, and no other resource of an id has that identifier: a shared
// one (an accession number) tells nothing then.
namespace coagwatch::rules {

/// Whether an identity says no id: `system|value`, or composed. No id holds a `|`.
inline bool lacks_id(std::string_view identity) { return identity.find('|') != std::string_view::npos; }

/// Makes one of a change, which is no retraction, and the copies of its result that the state holds, or remembers,
/// under the other kind of identity. Nullopt where the change's own identity stands; else the one that it is to have.
std::optional<std::string> unite(PatientState& state, const Change& change, std::string_view identity);

/// What a retraction takes away besides what its identity covers.
struct Counterparts {
  bool by_identifier = false;  ///< those without an id that have its identifier
  std::string resource;        ///< the only resource of an id that it can mean; empty: none, or several
  bool several = false;        ///< several of these are in force, and none is meant
};
Counterparts counterparts_of(const PatientState& state, const Change& retraction, std::string_view identity);

/// Whether a result is among them.
bool is_counterpart(const PatientState& state, const StoredResult& stored, const Counterparts& counterparts,
                    const Change& retraction, std::string_view identity);

/// The resources that a retraction by an identifier can mean, each once: of the results in force at first hand those
/// that have it. Empty where it has no fingerprint.
std::vector<std::string> meant_by(const PatientState& state, const Change& retraction);

}  // namespace coagwatch::rules
