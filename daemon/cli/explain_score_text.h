#pragma once

#include <string>

#include "rules/explain/explanation.h"

namespace coagwatch::daemon {

/// Appends one criterion of an explanation for people: what it says and for whom, its items, what would change it.
void add_score(const rules::Explanation& explanation, const rules::ExplainedScore& score, std::string& out);

}  // namespace coagwatch::daemon
