#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/values/decimal.h"
#include "rules/values/fact.h"
#include "rules/values/measure.h"
#include "rules/values/points.h"
#include "rules/values/timestamp.h"

namespace coagwatch::rules {

/// A range of values and the points it gives. An absent end is unbounded.
struct Band {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
  bool low_inclusive = false;   ///< `ge` rather than `gt`
  bool high_inclusive = false;  ///< `le` rather than `lt`
  std::int16_t points = 0;
  bool final = false;  ///< of the first of several sources: its points are the item's, the other sources do not count
  bool worse =
      false;  ///< its few points are no sign of improvement: what is not met for them is not resolved (SCARLET)
};

/// One source of an item's points: a banded measure. Bands cover every value, without gap or overlap (checked by
/// the loader), and are sorted ascending.
struct Source {
  Measure measure = Measure::platelets;
  std::vector<Band> bands;
  /// What the measure is divided by: the latest value collected at or at most 4 h before it (PaO2 / FiO2).
  std::optional<Measure> per = std::nullopt;
};

/// A fact that counts where it is yes and `unless` is not (leukaemia, unless it is in remission).
struct FactTest {
  Fact fact = Fact::underlying_disorder;
  std::optional<Fact> unless = std::nullopt;
  friend bool operator==(const FactTest&, const FactTest&) = default;
};

/// Points for how a measure changed against the value before. Unknown without two exact values.
struct Trend {
  std::vector<Measure> measures;             ///< the first counts that has a current value and one before it
  Duration look_back = Duration::hours(48);  ///< how much older the value before may be
  Decimal stable_percent = Decimal::of(10);  ///< a change by at most so much of the value before is none
  std::int16_t rising = 0;
  std::int16_t stable = 0;
  std::int16_t falling = 0;
};

/// One line of a scoring table.
struct Item {
  /// How several sources combine.
  enum class Combine : std::uint8_t {
    first,    ///< alternatives in order of preference (FDP, else D-dimer), within 4 h of the newest
    known,    ///< the most points of those that are known; open only where none is (WBC or bands)
    highest,  ///< the most points any of them gives, known or not (JAAM platelets: band or fall)
    sum,      ///< what they give together, at most `cap` (JSTH platelets and their fall)
  };
  std::string name;                        ///< as in assessments: `fibrin-marker`
  Duration max_age = Duration::hours(24);  ///< its values count this long, inclusive
  std::string title;                       ///< for people: `Fibrin-related marker`
  Combine combine = Combine::first;
  bool however_old = false;     ///< the first of the alternatives counts also where another one is much newer
  std::vector<Source> sources;  ///< empty for an item that is not scored by measures
  std::int16_t cap = 0;         ///< most points of a `sum`
  Duration worst_within{0};     ///< the worst of all values collected so long before counts, not the latest
  std::vector<Fact> facts;      ///< scored by yes / no instead of by measures: yes if any is, no if all are
  std::int16_t points_yes = 0;
  std::int16_t points_no = 0;
  std::optional<Trend> trend;     ///< scored by it
  std::optional<Fact> chosen_by;  ///< scored by one of two `branches`, either while it is unknown
  std::vector<Item> branches;     ///< while the fact is yes, and while it is no
  bool open = false;  ///< of a branch: any of its points, whatever is measured (doses are no measure of ours)
  std::optional<Measure> sub_score;  ///< its points are that measure; a reported value of it goes before
  std::int16_t min_points = 0;       ///< least possible, the low end while unknown
  std::int16_t max_points = 0;       ///< most possible, the high end while unknown
  std::int16_t base = 0;             ///< no source or branch has fewer points: bit 0 of its sets of points
  PointSet unknown = 1;              ///< what it may give where nothing is known
  std::string provenance;            ///< `verified-primary`, `verified-secondary`, `recalled`
};

/// A name for a range of totals; ordered from harmless to worst.
struct Grade {
  std::string name;       ///< `suspected`
  std::int16_t from = 0;  ///< lowest total of this grade
};

/// When a total meets the criterion.
struct Met {
  std::int16_t cut = 0;  ///< from this total
  /// Only where these items give at least `floor` together (SIC: platelets and PT). Empty: no such condition.
  std::vector<std::uint16_t> floor_items;
  std::int16_t floor = 0;
  /// Also from `or_cut` with so many auxiliary findings (JMHW note 3); 0: never.
  std::uint8_t or_findings = 0;
  std::int16_t or_cut = 0;
};

/// What one population is scored by.
struct ScoringTable {
  std::vector<Item> items;
  Met met;
  std::vector<Grade> grades;  ///< empty where the criterion defines none
  bool adjusted = true;       ///< the criterion's adjustments apply
  std::int16_t lowest = 0;    ///< least possible total
  std::int16_t highest = 0;   ///< greatest possible total
};

/// That one of several cell counts fell after a treatment (myelosuppression of the project's paper 000: chemotherapy at
/// most 21 days ago, and fewer red or white cells than before it).
struct FallAfter {
  Fact fact = Fact::chemotherapy;
  Duration within = Duration::hours(21 * 24);
  std::vector<Measure> measures;
};

/// A population with rules of its own inside one criterion (JMHW note 1, the types of JSTH).
struct Column {
  std::string name;                   ///< `note-1`
  std::optional<FallAfter> or_after;  ///< active too where this is surely so; the gate does not depend on it
  std::vector<FactTest> when_any;     ///< active if any of these is yes,
  std::vector<FactTest> unless_any;   ///< and none of these
  std::vector<std::string> unscored;  ///< items of the general table that score nothing here
  ScoringTable table;
};

/// Points added to the total while a fact is yes (JMHW note 2: cirrhosis -3).
struct Adjustment {
  Fact fact = Fact::liver_cirrhosis;
  std::int16_t points = 0;
  std::string title;
};

/// Something that may be so: a fact that is yes, or a measure that reaches a value.
struct Sign {
  std::optional<Fact> fact;
  Measure measure = Measure::platelets;  ///< where there is no fact
  std::int16_t at_least = 0;
};

/// Who the criterion is for.
struct GateRule {
  /// Confirmed if any is yes; excluded if the first is explicitly no and none of the others yes.
  std::vector<Fact> requires_any;
  std::vector<FactTest> excludes;    ///< any: not applicable
  std::vector<Fact> excluded_by_no;  ///< any explicitly no: not applicable
  std::vector<Fact> only;            ///< any not yes: not applicable
  std::vector<Sign> needs_any;       ///< confirmed only if one is surely so, excluded if surely none is
  bool adults_only = true;           ///< `child` or `newborn` yes: not applicable
  bool newborns = false;             ///< whether newborns are scored where it is not for adults only
};

/// A finding that is listed beside the score: a measure above a value (JMHW note 3).
struct AuxiliaryFinding {
  std::string name;  ///< `d-dimer`
  Measure measure = Measure::d_dimer_uln;
  Decimal above;
  std::vector<Band> bands;  ///< the same as bands: no point up to `above`, one beyond
};

/// A measure that other criteria score and this one computes: the sum of some of its items. A reported value of it goes
/// before, unless the sum is sure and more than 4 h newer.
struct Definition {
  Measure measure = Measure::sofa;
  std::vector<std::uint16_t> items;  ///< empty: all, and then a reported value is the criterion's total
};

/// A reading of a criterion that a site can choose.
struct Profile {
  std::string name;  ///< `iba`
  std::string note;  ///< what is special in it; may be empty
  bool by_default = false;
};

/// One scoring system in one profile, compiled: evaluation reads it and allocates nothing.
struct Criterion {
  /// What an assessment shows of it.
  enum class Result : std::uint8_t {
    points,  ///< items, total and status
    status,  ///< a status alone: a rule without points (SCARLET)
    group,   ///< a group from 1 on, where everything is known, and no status
  };
  std::string id;                 ///< `isth-2001`
  std::string version;            ///< semantic version of the file
  std::string profile;            ///< `iba`; empty where none is laid over the file
  std::vector<Profile> profiles;  ///< all that the file has
  std::string site_file;          ///< where a hospital's own criterion stands; empty: built in
  std::string title;              ///< `ISTH overt DIC score (2001)`
  std::string citation;
  std::string meaning;                     ///< what `met` says: `compatible with overt DIC`
  std::vector<std::string> notes;          ///< caveats for people, the profile's first
  Duration max_age = Duration::hours(24);  ///< a value counts this long, inclusive, where its item says nothing else
  Result result = Result::points;
  GateRule gate;
  ScoringTable table;           ///< of the general population
  std::vector<Column> columns;  ///< of others; the first that is active counts
  std::vector<Adjustment> adjustments;
  std::optional<std::int16_t> cap;  ///< most that the total can be
  std::vector<AuxiliaryFinding> findings;
  std::vector<Definition> defines;
  std::bitset<kMeasureCount> scores;  ///< measures whose results can change the score, sources of derived ones too
  std::bitset<kFactCount> asks;       ///< facts that can change the score, those of the same derived ones too
};

}  // namespace coagwatch::rules
