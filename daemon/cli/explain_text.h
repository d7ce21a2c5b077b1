#pragma once

#include <string>

#include "fhir/explanation_writer.h"

namespace coagwatch::daemon {

/// An explanation for people, in lines of 100 columns where references are no longer than their column.
std::string explanation_text(const fhir::ExplanationContext& context, const rules::Explanation& explanation);

}  // namespace coagwatch::daemon
