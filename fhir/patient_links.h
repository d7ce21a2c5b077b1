#pragma once

#include <string_view>
#include <vector>

#include "fhir/bundle_context.h"
#include "fhir/context_document.h"
#include "fhir/context_facts.h"
#include "fhir/text_arena.h"

namespace coagwatch::fhir {

/// At most so many links of one Patient are read.
inline constexpr std::size_t kMaxPatientLinks = 64;

/// Appends the links `replaced-by` and `replaces` of the Patient resource `root`, whose key is `patient`, to other
/// patients; `seealso` and `refer` say that there is another record, not that this one is no longer used. Returns what
/// was not understood, a constant; then `out` is empty.
std::string_view read_patient_links(const ContextNode& root, std::string_view patient, const SubjectScope& scope,
                                    TextArena& arena, std::vector<PatientLink>& out);

}  // namespace coagwatch::fhir
