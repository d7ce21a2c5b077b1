#pragma once

#include <string_view>

#include "rules/explain/explanation.h"

namespace coagwatch::rules {

// As they stand in an explanation's JSON; part of its format.

/// `too-old`; `none` where nothing is missing.
std::string_view lack_name(Lack lack);
/// `excluding-fact`.
std::string_view gate_reason_name(GateReason::Kind kind);
/// `recorded`.
std::string_view origin_name(ExplainedFact::Origin origin);

}  // namespace coagwatch::rules
