#pragma once

#include <optional>
#include <string_view>

#include "fhir/intake.h"

namespace coagwatch::fhir {

/// A check's answer: nothing if it has nothing against the result.
using Check = std::optional<Verdict>;

inline Verdict dead(Reason reason, std::string_view text) { return {Disposition::dead, reason, text}; }
inline Verdict ignored(Reason reason, std::string_view text) { return {Disposition::ignored, reason, text}; }
inline Verdict unusable(Reason reason, std::string_view text) { return {Disposition::unusable, reason, text}; }

}  // namespace coagwatch::fhir
