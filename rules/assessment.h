#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
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
  Interval value;                        ///< canonical unit; for a derived measure rounded for display
  Timestamp at = Timestamp::none();      ///< collection time (of a derived one: its newest source)
  std::string_view source;               ///< reference of the Observation; empty if unknown. Points into the state
  bool derived = false;                  ///< computed by us, not reported
  std::uint8_t flags = 0;                ///< ResultFlag bits
};

/// Points of one item, as an interval.
struct ItemScore {
  const Item* item = nullptr;            ///< never null in a finished assessment
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
  std::int16_t min = 0;
  std::int16_t max = 0;
  std::vector<ItemScore> items;          ///< in the criterion's order; items of another population's column are absent
  std::uint8_t grade_low = 0;            ///< index into criterion->grades of the active column
  std::uint8_t grade_high = 0;
  /// What could still change the status: measure and fact names, in the criterion's order.
  std::vector<std::string_view> deciding;
  std::vector<std::string_view> auxiliary;  ///< JMHW note 3 findings present
  std::string_view column;               ///< active population column, empty for the general one
  std::optional<std::int16_t> other_column_min;  ///< total of the other column where the column is derived
  std::optional<std::int16_t> other_column_max;
};

/// Everything that one patient scores at one clinical time. Reused from record to record: it keeps its buffers.
/// The views point into the state and the rule set it was made from.
struct Assessment {
  Timestamp at = Timestamp::none();
  std::bitset<kMeasureCount> present;                ///< measures with a value that counts
  std::array<CurrentValue, kMeasureCount> values;    ///< meaningful where `present`
  std::vector<CriterionScore> scores;                ///< in the rule set's order
};

}  // namespace coagwatch::rules
