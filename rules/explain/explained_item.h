#pragma once

#include "rules/explain/explanation.h"

namespace coagwatch::rules {

/// What gave an item its points, or why nothing did. `score` is what score_item() said of it on the same table.
ExplainedItem explain_item(const ItemScore& score, const ValueTable& table, const KnownFacts& facts);

}  // namespace coagwatch::rules
