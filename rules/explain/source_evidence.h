#pragma once

#include "rules/explain/explanation.h"

namespace coagwatch::rules {

/// The value of one source of an item and the bands that it may lie in; or why it has none.
ExplainedSource explain_source(const Source& source, const Item& item, const ValueTable& table);

}  // namespace coagwatch::rules
