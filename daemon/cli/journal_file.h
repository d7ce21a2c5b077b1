#pragma once

#include <optional>
#include <string>

#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// Checks a capture of the journal topic against the rule set that a replay is about to use: what the journal says
/// moved the fold must be what the replay does. Returns why it is not, or nullopt.
///
/// This version journals rule-set activations only; a replay runs under one rule set, so every activation must be of
/// that one.
std::optional<std::string> check_journal(const std::string& file, const rules::RuleSet& rules);

}  // namespace coagwatch::daemon
