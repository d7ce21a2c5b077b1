#pragma once

#include <optional>
#include <string_view>

#include "fhir/intake.h"

namespace coagwatch::fhir {

/// What a check of an Observation says, if it speaks.
struct Verdict {
  Disposition disposition = Disposition::dead;
  Reason reason = Reason::none;
  std::string_view text;  ///< the field and what was expected; a constant, never a value of the input
};

/// A check's answer: nothing if it has nothing against the result.
using Check = std::optional<Verdict>;

inline Verdict dead(Reason reason, std::string_view text) { return {Disposition::dead, reason, text}; }
inline Verdict ignored(Reason reason, std::string_view text) { return {Disposition::ignored, reason, text}; }
inline Verdict unusable(Reason reason, std::string_view text) { return {Disposition::unusable, reason, text}; }

}  // namespace coagwatch::fhir
