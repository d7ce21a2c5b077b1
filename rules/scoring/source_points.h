#pragma once

#include "rules/criterion/criterion.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// The points that one source may give, above Item::base.
struct SourcePoints {
  bool known = false;  ///< it has a value that counts
  PointSet set = 0;    ///< meaningful where `known`
  Timestamp at = Timestamp::none();
};

/// Whether the source has a value that counts. A D-dimer of unknown flavour is none but as a multiple of its own limit.
inline bool has_value(const Source& source, const ValueTable& table) {
  const std::size_t i = index(source.measure);
  return table.present[i] && (source.measure != Measure::d_dimer || (table.values[i].flags & kFlagMultipleOnly) == 0);
}

/// Whether it is a fall of a count that has none before it: no fall is scored (decisions.md 5), as if it were 0 %.
bool lacks_baseline(const Source& source, const ValueTable& table);

/// The value that counts, as it is compared with cut-offs. REQUIRES: it is present.
Quantity quantity_of(Measure measure, const ValueTable& table);
/// The value that another one is divided by: the latest at or at most 4 h before it; nullptr where there is none.
const StoredResult* divisor_of(const StoredResult& value, Measure per, const ValueTable& table);

/// Points of the value that counts, or of the worst of Item::worst_within.
SourcePoints points_of_source(const Source& source, const Item& item, const ValueTable& table);

/// Fills `out` from several sources that count together (Combine::highest, Combine::sum).
void score_together(const Item& item, const ValueTable& table, ItemScore& out);

}  // namespace coagwatch::rules
