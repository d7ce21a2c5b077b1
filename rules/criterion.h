#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/decimal.h"
#include "rules/fact.h"
#include "rules/measure.h"
#include "rules/timestamp.h"

namespace coagwatch::rules {

/// A range of values and the points it gives. An absent end is unbounded.
struct Band {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
  bool low_inclusive = false;   ///< `ge` rather than `gt`
  bool high_inclusive = false;  ///< `le` rather than `lt`
  std::int16_t points = 0;
};

/// One source of an item's points: a banded measure. Bands cover every value, without gap or overlap (checked by
/// the loader), and are sorted ascending.
struct Source {
  Measure measure = Measure::platelets;
  std::vector<Band> bands;
};

/// One line of a scoring table.
struct Item {
  /// How several sources combine.
  enum class Combine : std::uint8_t {
    first,    ///< alternatives in order of preference (FDP, else D-dimer), within 4 h of the newest
    highest,  ///< the most points any of them gives (JAAM platelets: band or fall)
  };
  std::string name;   ///< as in assessments: `fibrin-marker`
  std::string title;  ///< for people: `Fibrin-related marker`
  Combine combine = Combine::first;
  std::vector<Source> sources;  ///< empty for an item scored by a fact
  std::optional<Fact> fact;     ///< scored by yes / no instead of by measures
  std::int16_t points_yes = 0;
  std::int16_t points_no = 0;
  std::int16_t min_points = 0;  ///< least possible, the low end while unknown
  std::int16_t max_points = 0;  ///< most possible, the high end while unknown
  std::string provenance;       ///< `verified-primary`, `verified-secondary`, `recalled`
};

/// A name for a range of totals; ordered from harmless to worst.
struct Grade {
  std::string name;       ///< `suspected`
  std::int16_t from = 0;  ///< lowest total of this grade
};

/// A population with rules of its own inside one criterion (JMHW note 1).
struct Column {
  std::string name;                   ///< `note-1`
  std::vector<Fact> when_any;         ///< active if any of these is yes
  std::vector<std::string> unscored;  ///< items that score 0 here
  std::int16_t cut = 0;               ///< `met` from this total
  std::vector<Grade> grades;
};

/// Points added to the total while a fact is yes (JMHW note 2: cirrhosis -3).
struct Adjustment {
  Fact fact = Fact::liver_cirrhosis;
  std::int16_t points = 0;
  std::string title;
};

/// Who the criterion is for.
struct GateRule {
  /// Confirmed if any is yes; excluded if the first is explicitly no. Empty: gate `none`, unless excludes exist.
  std::vector<Fact> requires_any;
  std::vector<Fact> excludes;  ///< any yes: not applicable
  bool adults_only = true;     ///< `child` or `newborn` yes: not applicable
};

/// One scoring system in one profile, compiled: evaluation reads it and allocates nothing.
struct Criterion {
  std::string id;       ///< `isth-2001`
  std::string version;  ///< semantic version of the file
  std::string profile;  ///< `iba`; empty where the criterion has no profiles
  std::string title;    ///< `ISTH overt DIC score (2001)`
  std::string citation;
  std::string meaning;                     ///< what `met` says: `compatible with overt DIC`
  std::vector<std::string> notes;          ///< caveats for people, the profile's first
  Duration max_age = Duration::hours(24);  ///< a value counts this long, inclusive
  GateRule gate;
  std::vector<Item> items;
  std::vector<Adjustment> adjustments;
  std::int16_t cut = 0;               ///< `met` from this total
  std::vector<Grade> grades;          ///< empty where the criterion defines none
  std::optional<Column> column;       ///< a second population's rules
  std::int16_t lowest = 0;            ///< least possible total
  std::int16_t highest = 0;           ///< greatest possible total
  std::bitset<kMeasureCount> scores;  ///< measures whose results can change the score, sources of derived ones too
};

}  // namespace coagwatch::rules
