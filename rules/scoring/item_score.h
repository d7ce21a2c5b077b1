#pragma once

#include "rules/patient/known_facts.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Sets `out`, which is as new, to the points that one item may have.
///
/// Unknown: the item's full range. Of alternatives the first in order within 4 h of the newest counts (rule 3); of
/// combined sources (Item::Combine) a source that is unknown gives its full range. A platelet fall that has no baseline
/// is scored as none, as rule 5 wants it, unless the count itself is unknown, and of alternatives only where nothing
/// else is known; a count and its fall are scored together in whatever order, so that no fall is counted that the count
/// does not have.
void score_item(const Item& item, const ValueTable& table, const KnownFacts& facts, ItemScore& out);

/// Of an item's alternatives the one that counts (rule 3), or nullptr.
const Source* preferred_source(const Item& item, const ValueTable& table);

/// Yes if any of the facts is, no if all are.
Tristate any_of(const std::vector<Fact>& facts, const KnownFacts& known);

}  // namespace coagwatch::rules
