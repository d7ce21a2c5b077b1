#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/fact.h"
#include "rules/result.h"

namespace coagwatch::rules {

/// Bounds of what is kept for one patient.
struct WindowLimits {
  Duration window = Duration::hours(7 * 24);  ///< kept: collected within this of the patient's newest result
  std::uint16_t per_measure = 64;             ///< at most so many results of one measure
  std::uint16_t retractions = 64;             ///< at most so many remembered retractions
};

/// Text inside PatientState::text; offsets survive appends, which pointers would not.
struct TextRef {
  std::uint32_t offset = 0;
  std::uint16_t length = 0;
};

/// A result in force, or kept as evidence.
struct StoredResult {
  LabResult lab;
  Version version;
  TextRef identity;
  TextRef source;
  std::uint32_t arrival = 0;  ///< order of arrival of the version in force, the last tie-break
};

/// A retraction remembered, so that an original arriving later does not come to life.
struct StoredRetraction {
  TextRef identity;
  Version version;
  Timestamp at;  ///< the patient's newest collection time when it came; forgotten one window later
};

/// A fact with its span; an open end is Timestamp::none().
struct StoredFact {
  Fact fact = Fact::underlying_disorder;
  Tristate value = Tristate::unknown;
  Timestamp start = Timestamp::none();
  Timestamp end = Timestamp::none();
  TextRef source;
};

/// Where an episode stands (interfaces.md, status record). Numbers are part of the changelog format.
enum class EpisodeState : std::uint8_t { none = 0, open = 1, resolving = 2, closed = 3, retracted = 4 };

/// One patient's course in one criterion.
struct Episode {
  std::string criterion;                 ///< `isth-2001`
  std::uint32_t number = 0;              ///< 1 for the first, for display
  EpisodeState state = EpisodeState::none;
  Timestamp onset = Timestamp::none();   ///< collection time of the onset at first publication: the identity
  Timestamp since = Timestamp::none();   ///< when the present state began (clinical time)
  std::int16_t peak = 0;                 ///< highest published minimum
  std::uint32_t sequence = 0;            ///< alert records written for this episode so far
};

/// The rolling laboratory state of one patient: what later assessments need and no more.
///
/// Not thread-safe; one worker owns it. Bounded by WindowLimits. All text lives in one buffer, so a state is a
/// handful of allocations however many results it holds.
struct PatientState {
  std::vector<StoredResult> results;  ///< sorted by (measure, at, arrival)
  std::vector<StoredRetraction> retractions;
  std::vector<StoredFact> facts;
  std::vector<Episode> episodes;      ///< the latest of each criterion
  std::string text;
  Timestamp at = Timestamp::none();     ///< newest collection time in force: the clinical time of assessment
  Timestamp clock = Timestamp::none();  ///< greatest collection or issue time seen (`time.source: event`)
  std::uint32_t next_arrival = 0;
  std::uint32_t evicted = 0;            ///< results dropped by a cap while still inside the window

  [[nodiscard]] std::string_view view(TextRef ref) const { return std::string_view(text).substr(ref.offset, ref.length); }
  /// Forgets everything and keeps the buffers, so that one object can serve patient after patient.
  void clear();
};

/// Applies one change (interfaces.md, "identity" and "version"), then trims the window. Deterministic.
ApplyOutcome apply(PatientState& state, const Change& change, const WindowLimits& limits);

/// What a fact is at `at`: the newest entry whose span covers it, else unknown. Facts that imply others are the
/// evaluator's business.
Tristate recorded_fact(const PatientState& state, Fact fact, Timestamp at);

}  // namespace coagwatch::rules
