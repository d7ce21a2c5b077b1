#pragma once

#include <vector>

#include "rules/explain/explanation.h"

namespace coagwatch::rules {

/// The grounds of what gate_of() says: of an exclusion every fact that excludes; of an unconfirmed gate all that nobody
/// recorded and that would confirm it; of a confirmed one what does. Empty where the criterion asks nothing.
std::vector<GateReason> gate_reasons(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table);

}  // namespace coagwatch::rules
