#pragma once

#include "rules/assessment.h"
#include "rules/banding.h"
#include "rules/known_facts.h"

namespace coagwatch::rules {

/// The points that one item may have.
///
/// Unknown: the item's full range. Of alternatives the first in order within 4 h of the newest counts (rule 3); of
/// combined sources the most points that any gives, where a source that is unknown gives its full range. A platelet
/// fall that has no baseline gives nothing, as rule 5 wants it, unless the count itself is unknown.
ItemScore score_item(const Item& item, const ValueTable& table, const KnownFacts& facts);

/// The points that an item may have, each for itself, above its own least (`score.min`): of a marker that gives 0, 2 or
/// 3 points, never 1. `score` is what score_item gave for the same values.
PointSet possible_points(const ItemScore& score, const ValueTable& table);

/// The measure as a laboratory would send it: `d-dimer` for `d-dimer-uln`, `pt-seconds` for `pt-prolongation`,
/// `platelets` for `platelet-fall-24h`; any other is itself.
Measure sent_measure(Measure measure);

}  // namespace coagwatch::rules
