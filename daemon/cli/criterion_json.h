#pragma once

#include <string>

#include "rules/criterion/criterion.h"

namespace coagwatch::daemon {

/// Appends everything of a criterion as one JSON object. Its keys are documented in README.md and stay as they are:
/// those of a criterion file, and `profile`, `profiles`, `file`, `total` and `measures`.
void append_criterion_json(const rules::Criterion& criterion, std::string& out);

}  // namespace coagwatch::daemon
