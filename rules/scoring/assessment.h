#pragma once

#include <array>
#include <bitset>
#include <cassert>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/criterion/criterion.h"
#include "rules/patient/known_facts.h"
#include "rules/patient/patient_state.h"
#include "rules/values/interval.h"
#include "rules/values/measure.h"
#include "rules/values/points.h"
#include "rules/values/quantity.h"
#include "rules/values/timestamp.h"

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

/// For each measure the stored result that counts, or nullptr.
using CurrentResults = std::array<const StoredResult*, kMeasureCount>;

/// What is open of a measure that a criterion defines.
struct OpenSum {
  const std::vector<Item>* items = nullptr;  ///< of that criterion; nullptr: no item is known, or all are
  std::uint64_t open = 0;                    ///< bit i: what items[i] gives is not sure
};

/// The values that count at one clinical time under one `max-age`.
struct ValueTable {
  const PatientState* state = nullptr;  ///< whose they are
  Duration max_age = Duration::hours(24);
  Timestamp as_of = Timestamp::none();
  CurrentResults current{};                        ///< where the values come from that were not computed
  std::bitset<kMeasureCount> present;              ///< measures with a value that counts
  std::array<CurrentValue, kMeasureCount> values;  ///< meaningful where `present`
  std::bitset<kMeasureCount> unusable;  ///< a result newer than the value that counts, or than none, is unusable
  /// Measures whose value dropped results would decide (evictions.h): unknown and not `present`, but for a platelet
  /// fall that is an interval for that reason.
  std::bitset<kMeasureCount> forgotten;
  Quantity d_dimer_uln;    ///< exact, meaningful where present
  Quantity pic_uln;        ///< likewise
  Quantity platelet_fall;  ///< likewise
  OpenSum sofa_four;       ///< the only measure that is defined and that nobody can send
  bool has_kit = false;    ///< the site says which D-dimer stands for which FDP
  /// The fall is one from the current count to a later one (retro_credit.h), not one to the current count.
  bool fall_comes_after = false;
  Decimal pt_reference;  ///< what a PT prolongation is counted from, s; 0 where the site does not say
};

/// The tables of one clinical time, one for each `max-age` that an item of the rule set has.
class ValueTables {
 public:
  ValueTables(const ValueTable& common, std::span<const ValueTable> others)
      : common_(common), others_(others), any_unusable_(common.unusable.any()) {
    for (const ValueTable& table : others) any_unusable_ = any_unusable_ || table.unusable.any();
  }

  /// REQUIRES: link_definitions has seen that `max_age`.
  [[nodiscard]] const ValueTable& of(Duration max_age) const {
    if (max_age == common_.max_age) return common_;
    for (const ValueTable& table : others_) {
      if (table.max_age == max_age) return table;
    }
    assert(false);
    return common_;
  }

  /// Whether any result of any of them is unusable.
  [[nodiscard]] bool any_unusable() const { return any_unusable_; }

 private:
  const ValueTable& common_;
  std::span<const ValueTable> others_;
  bool any_unusable_;
};

/// Points of one item, as an interval.
struct ItemScore {
  const Item* item = nullptr;  ///< never null in a finished assessment
  std::int16_t min = 0;
  std::int16_t max = 0;
  PointSet set = 1;  ///< each that is possible, above `item->base`
  /// The measure whose value gave the points (the chosen alternative), if any was current.
  std::optional<Measure> by;
  Timestamp at = Timestamp::none();  ///< when the newest value that it looked at was collected
  bool worse = false;                ///< its value may lie in a band that is no improvement (Band::worse)
  bool forgotten = false;            ///< what the caps dropped may give it points

  /// The same points above their least.
  [[nodiscard]] PointSet above_min() const { return set >> std::countr_zero(set); }
};

/// One criterion's outcome.
struct CriterionScore {
  const Criterion* criterion = nullptr;  ///< never null in a finished assessment
  Gate gate = Gate::none;
  Status status = Status::indeterminate;
  bool worse = false;       ///< not met for a value that is no improvement
  bool may_be_met = false;  ///< it is met, or would be for some value of what is `forgotten`
  std::int16_t min = 0;
  std::int16_t max = 0;
  const ScoringTable* table = nullptr;  ///< of the population in force; never null in a finished assessment
  std::vector<ItemScore> items;         ///< in the order of `table`
  /// Another system's total goes before the sum of the items, which is this measure.
  std::optional<Measure> by_total;
  std::optional<PointRange> floor;    ///< what the items of Met::floor_items give, where there are any
  std::optional<std::uint8_t> group;  ///< Result::group, where it is sure
  std::uint8_t grade_low = 0;         ///< index into table->grades
  std::uint8_t grade_high = 0;
  /// While indeterminate, what could still change the status: the measures (as they would be sent: `d-dimer`, not
  /// `d-dimer-uln`) and facts of the open items that may turn it (deciding.h), in the criterion's order. Besides, in
  /// any status but not-applicable, measures whose newest result is unusable. Only where Assessment::lists_deciding.
  std::vector<std::string_view> deciding;
  std::vector<std::string_view> auxiliary;  ///< auxiliary findings that are surely there
  /// How many of them there surely are and may be.
  std::uint8_t findings_min = 0;
  std::uint8_t findings_max = 0;
  std::string_view column;                       ///< active population column, empty for the general one
  std::optional<std::int16_t> other_column_min;  ///< total of the other column where the column is derived
  std::optional<std::int16_t> other_column_max;
};

/// Everything that one patient scores at one clinical time. Reused from record to record: it keeps its buffers.
/// The views point into the state and the rule set it was made from. The table is that of the default `max-age`, 24 h.
struct Assessment : ValueTable {
  Timestamp at = Timestamp::none();
  std::vector<ValueTable> others;      ///< of the rule set's other `max-age`s
  KnownFacts facts;                    ///< at that time
  std::vector<CriterionScore> scores;  ///< in the rule set's order
  bool lists_deciding = false;         ///< list_deciding was called for what it shows now
  CriterionScore scratch;              ///< of criteria that define measures; its buffers are kept, nothing else
};

}  // namespace coagwatch::rules
