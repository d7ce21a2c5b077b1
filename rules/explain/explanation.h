#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/episodes/alert.h"
#include "rules/patient/patient_state.h"
#include "rules/scoring/assessment.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

// Why a patient's scores are what they are: everything that an assessment rests on, as data. Who prints it (fhir/ as
// JSON, the command line as text) decides nothing any more.

/// A value that counts at the time, reported or computed.
struct ExplainedValue {
  Measure measure = Measure::platelets;
  CurrentValue value;
  Duration counts_for{0};              ///< the longest that an item lets it count
  std::optional<Measure> computed_of;  ///< of a derived value that is of one result: the measure of that result
  std::optional<Interval> base;        ///< of a multiple its upper limit, of a platelet fall the count that it is from
};

/// A fact that is known at the time, and how.
struct ExplainedFact {
  enum class Origin : std::uint8_t {
    recorded,  ///< a resource states it
    implied,   ///< it follows from `implied_by`, which is yes
    charted,   ///< the site always charts it and nobody did: no
  };
  Fact fact = Fact::underlying_disorder;
  Tristate value = Tristate::unknown;
  Origin origin = Origin::recorded;
  bool counts = true;  ///< false: another resource's word goes before
  Timestamp start = Timestamp::none();
  Timestamp end = Timestamp::none();
  bool end_by_rule = false;  ///< the resource names no end: it lasts so long by decisions.md 7
  std::string_view source;   ///< reference of the resource; may be empty
  Fact implied_by = Fact::underlying_disorder;
};

/// Why a source of points has no value that counts.
enum class Lack : std::uint8_t {
  none,          ///< it has one
  no_result,     ///< nothing that is kept gives one
  too_old,       ///< the newest is older than it may be
  unusable,      ///< the newest is unusable, and there is no other
  forgotten,     ///< a result that a cap dropped may count instead
  older_source,  ///< it has a value, more than 4 h older than one that comes after it in order
  site_setting,  ///< there is a result, and the site does not say what it is compared with
  no_limit,      ///< there is a result with no upper limit, neither its own nor the site's
  no_baseline,   ///< of a platelet fall: no count in the time before
  no_divisor,    ///< no value to divide it by within 4 h before
};

/// One value of a source, and the bands that it may lie in.
struct BandedValue {
  Interval value;
  std::optional<Interval> per;  ///< what it is divided by
  Timestamp at = Timestamp::none();
  std::string_view from;    ///< reference of the Observation; may be empty
  bool computed = false;    ///< not reported
  std::vector<Band> bands;  ///< one where the points are sure
};

/// One source of an item's points.
struct ExplainedSource {
  const Source* source = nullptr;  ///< never null
  Lack lack = Lack::none;
  Timestamp last = Timestamp::none();  ///< when the newest that does not count was collected, if there is one
  Unusable unusable = Unusable::none;  ///< why, of Lack::unusable
  std::vector<BandedValue> readings;   ///< those that give most points, where the worst of a time counts
};

/// What a trend is told by.
struct ExplainedTrend {
  std::optional<Measure> measure;  ///< nullopt: no value of any of its measures
  bool rising = false;             ///< whether it may be so
  bool stable = false;
  bool falling = false;
};

/// One item of a table, with what gave its points.
struct ExplainedItem {
  ItemScore score;
  std::vector<ExplainedSource> sources;
  std::vector<std::pair<Fact, Tristate>> facts;
  std::optional<ExplainedTrend> trend;
  std::optional<CurrentValue> reported;  ///< a reported sub-score that goes before all others
  std::optional<Tristate> chosen;        ///< what is known of Item::chosen_by
  std::vector<ExplainedItem> branches;   ///< those that are possible
};

/// One ground of what a gate says.
struct GateReason {
  enum class Kind : std::uint8_t {
    child,            ///< excludes: an adult criterion
    newborn,          ///< excludes
    excluding_fact,   ///< excludes: `fact` is yes
    denied,           ///< excludes: `fact` is explicitly no
    only_with,        ///< excludes: `fact` would have to be yes
    no_sign,          ///< excludes: surely not so (`fact`, or `measure` at least `at_least`)
    confirming_fact,  ///< confirms: `fact` is yes
    sign,             ///< confirms: surely so
    adult,            ///< confirms: `child` is no
    unknown_fact,     ///< leaves it unconfirmed: nobody recorded `fact`
    unknown_sign,     ///< leaves it unconfirmed: not known, or not sure
    unknown_age,      ///< leaves it unconfirmed
    unknown_column,   ///< leaves it unconfirmed: `fact` would choose another population
  };
  Kind kind = Kind::unknown_fact;
  std::optional<Fact> fact;
  std::optional<Measure> measure;
  std::int16_t at_least = 0;
};

/// What a test might show, and the score with it.
struct Outcome {
  std::optional<Band> band;           ///< of a measure
  Tristate fact = Tristate::unknown;  ///< of a fact
  std::int16_t min = 0;
  std::int16_t max = 0;
  Status status = Status::indeterminate;
  std::uint8_t grade_low = 0;  ///< index into the table's grades
  std::uint8_t grade_high = 0;
};

/// A test that would decide, or whose newest result was unusable.
struct DecidingTest {
  std::string_view name;           ///< as in CriterionScore::deciding
  std::optional<Measure> measure;  ///< what the bands are of: `d-dimer-uln` for `d-dimer`
  std::optional<Measure> per;      ///< what that is divided by
  std::optional<Fact> fact;
  std::vector<Outcome> outcomes;  ///< empty: no single result tells (a trend)
};

/// One criterion.
struct ExplainedScore {
  const CriterionScore* score = nullptr;  ///< never null; points into Explanation::assessment
  std::vector<GateReason> gate;
  std::vector<ExplainedItem> items;
  std::vector<const Adjustment*> adjustments;  ///< those that count
  std::vector<DecidingTest> would_change;
};

/// What an alert record tells of one criterion.
struct ExplainedChange {
  AlertKind kind = AlertKind::onset;
  std::string criterion;
  Priority priority = Priority::passive;
};

/// An alert record that was written for the patient.
struct ExplainedAlert {
  std::string kind;                  ///< of the leading change
  std::string criteria;              ///< comma list, the leading one first
  std::string priority;              ///< of the loudest change
  Timestamp at = Timestamp::none();  ///< clinical time; none() where nothing was left in force
  std::uint64_t line = 0;            ///< of the input that caused it; 0: not known
  std::vector<ExplainedChange> changes;
};

/// What was decided of one event: told, or withheld, and by which rule it was quieter than its kind can be.
struct ExplainedDecision {
  Decision decision;
  std::uint64_t line = 0;  ///< of the input that brought it about; 0: not known
};

/// Everything. Holds views into itself, the state and the rule set, and stays where it is.
struct Explanation {
  Explanation() = default;
  Explanation(const Explanation&) = delete;
  Explanation& operator=(const Explanation&) = delete;

  const RuleSet* rules = nullptr;
  const PatientState* state = nullptr;
  Assessment assessment;
  std::vector<ExplainedValue> values;         ///< by measure
  std::vector<const StoredResult*> unusable;  ///< all that are kept
  std::vector<ExplainedFact> facts;           ///< by fact
  std::vector<ExplainedScore> scores;         ///< in the rule set's order
};

/// The newest clinical time of a state at or before `asked`; none() if there is none.
Timestamp clinical_time_at(const PatientState& state, Timestamp asked);

/// Makes of a state, as it stands now, what it says of an earlier time: forgets what was collected after `asked`.
/// REQUIRES: `asked` is known.
void forget_after(PatientState& state, Timestamp asked);

/// How long before its time an assessment looks for results.
Duration looks_back(const RuleSet& rules);

/// Explains the scores of the criteria with these ids (empty: all) at a clinical time of the state. `out` is as new.
/// `rules` and `state` must outlive it. Not for every record: what tests would change is scored test by test. Pure.
void explain(const RuleSet& rules, const PatientState& state, Timestamp at, std::span<const std::string> ids,
             Explanation& out);

}  // namespace coagwatch::rules
