#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/criterion.h"
#include "rules/interval.h"
#include "rules/measure.h"
#include "rules/timestamp.h"

namespace coagwatch::rules {

/// `met`: min >= cut. `not_met`: max < cut. `not_applicable`: a gate excludes.
enum class Status : std::uint8_t { not_applicable, indeterminate, not_met, met };
std::string_view status_name(Status status);

/// Whether the population that the criterion was made for is confirmed.
enum class Gate : std::uint8_t { none, unconfirmed, confirmed, excluded };
std::string_view gate_name(Gate gate);

/// The value of one measure that counts at the time of the assessment.
struct CurrentValue {
  Interval value;                    ///< canonical unit; for a derived measure rounded for display
  Timestamp at = Timestamp::none();  ///< collection time (of a derived one: its newest source)
  std::string_view source;           ///< reference of the Observation; empty if unknown. Points into the state
  bool derived = false;              ///< computed by us, not reported
  std::uint16_t flags = 0;           ///< ResultFlag bits
};

/// A quantity that is compared with cut-offs, exactly: derived measures are fractions, and dividing before comparing
/// would round.
struct Quantity {
  enum class Form : std::uint8_t {
    plain,     ///< `value`
    multiple,  ///< `value / base`, base a point above 0 (D-dimer as multiple of its upper limit)
    fall,      ///< `100 * (1 - value / base)` percent, base not below 0 (platelets)
  };
  Interval value;
  Interval base;
  Form form = Form::plain;
};

/// The values that count at one clinical time under one `max-age`.
struct ValueTable {
  std::bitset<kMeasureCount> present;              ///< measures with a value that counts
  std::array<CurrentValue, kMeasureCount> values;  ///< meaningful where `present`
  std::bitset<kMeasureCount> unusable;  ///< a result newer than the value that counts, or than none, is unusable
  /// Measures whose value dropped results would decide (evictions.h): unknown and not `present`, but for a platelet
  /// fall that is an interval for that reason.
  std::bitset<kMeasureCount> forgotten;
  Quantity d_dimer_uln;    ///< exact, meaningful where present
  Quantity platelet_fall;  ///< exact, meaningful where present
};

/// Points of one item, as an interval.
struct ItemScore {
  const Item* item = nullptr;  ///< never null in a finished assessment
  std::int16_t min = 0;
  std::int16_t max = 0;
  /// The measure whose value gave the points (the chosen alternative), if any was current.
  std::optional<Measure> by;
};

/// One criterion's outcome.
struct CriterionScore {
  const Criterion* criterion = nullptr;  ///< never null in a finished assessment
  Gate gate = Gate::none;
  Status status = Status::indeterminate;
  bool may_be_met = false;  ///< it is met, or would be for some value of what is `forgotten`
  std::int16_t min = 0;
  std::int16_t max = 0;
  std::vector<ItemScore> items;  ///< in the criterion's order; items of another population's column are absent
  std::uint8_t grade_low = 0;    ///< index into criterion->grades of the active column
  std::uint8_t grade_high = 0;
  /// While indeterminate, what could still change the status: the measures (as they would be sent: `d-dimer`, not
  /// `d-dimer-uln`) and facts of the open items that may turn it (deciding.h), in the criterion's order. Besides, in
  /// any status but not-applicable, measures whose newest result is unusable.
  std::vector<std::string_view> deciding;
  std::vector<std::string_view> auxiliary;       ///< JMHW note 3 findings present
  std::string_view column;                       ///< active population column, empty for the general one
  std::optional<std::int16_t> other_column_min;  ///< total of the other column where the column is derived
  std::optional<std::int16_t> other_column_max;
};

/// Everything that one patient scores at one clinical time. Reused from record to record: it keeps its buffers.
/// The views point into the state and the rule set it was made from. The table is that of the default `max-age`,
/// 24 h; a criterion with another one is scored on a table of its own.
struct Assessment : ValueTable {
  Timestamp at = Timestamp::none();
  std::vector<CriterionScore> scores;  ///< in the rule set's order
};

}  // namespace coagwatch::rules
