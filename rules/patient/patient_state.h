#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/patient/course.h"
#include "rules/patient/result.h"
#include "rules/values/fact.h"

namespace coagwatch::rules {

/// Bounds of what is kept for one patient.
struct WindowLimits {
  Duration window = Duration::hours(7 * 24);    ///< kept: collected within this of the patient's newest result
  std::uint16_t per_measure = 64;               ///< at most so many results of one measure; at least 1
  std::uint16_t retractions = 64;               ///< at most so many remembered retractions and withdrawals
  std::size_t bytes = std::size_t{256} * 1024;  ///< at most such a weight() altogether; at least 64 KiB
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
  std::uint32_t arrival = 0;      ///< order of arrival of the version in force, the last tie-break
  std::uint64_t fingerprint = 0;  ///< as Change::fingerprint
};

/// A retraction or withdrawal remembered, so that an original arriving later does not come to life.
struct StoredRetraction {
  TextRef identity;
  Version version;
  /// The patient's newest collection time when it came, or its own if that is newer; forgotten one window later.
  Timestamp at;
  bool withdrawal = false;                        ///< only what is provably older stays away
  bool adopted = false;                           ///< it came under another key of the patient
  std::uint64_t fingerprint = 0;                  ///< as Change::fingerprint
  std::optional<Measure> measure = std::nullopt;  ///< of the only result that its resource was known to have
};

/// What is left of results that a cap dropped while they were inside the window: they are in force, and may count
/// again where others are taken back (evictions.h).
struct StoredEviction {
  Measure measure = Measure::platelets;
  Timestamp at = Timestamp::none();  ///< when the last of them was collected
  std::optional<Decimal> highest;    ///< of platelets: none of them was higher; nullopt: not known
  bool outranked = false;            ///< something in force that was collected at that very time counts before them
};

/// A resource that says something of the patient: its facts come, change and go together.
struct StoredFactSource {
  TextRef source;  ///< `Condition/c1`; empty for facts that name no resource
  Version version;
  /// Where it states nothing and its version has no time: the patient's newest collection time when it came. Forgotten
  /// one window after that, or after version.last_updated.
  Timestamp at = Timestamp::none();
  bool removed = false;  ///< taken back: only what is provably newer counts again
  bool adopted = false;  ///< it came under another key of the patient
};

/// A statement that this patient is another one, under whose key he is kept (merge.h).
struct StoredLink {
  TextRef claimant;  ///< the Patient resource that says so: `Patient/17`, his own or the other's
  TextRef into;      ///< the other one's patient key
};

/// A fact with its span; an open end is Timestamp::none().
struct StoredFact {
  Fact fact = Fact::underlying_disorder;
  Tristate value = Tristate::unknown;
  Timestamp start = Timestamp::none();
  Timestamp end = Timestamp::none();
  std::uint16_t source = 0;  ///< index into PatientState::fact_sources
};

/// Where the patient is (visit.h).
struct Visit {
  TextRef encounter;                          ///< of the newest result that names one
  Timestamp at = Timestamp::none();           ///< when that was collected
  TextRef place_of;                           ///< the encounter whose place is known
  TextRef place;                              ///< as people call it
  Timestamp place_start = Timestamp::none();  ///< when that encounter began
};

/// The rolling laboratory state of one patient: what later assessments need and no more.
///
/// Not thread-safe; one worker owns it. Bounded by WindowLimits. All text lives in one buffer, so a state is a
/// handful of allocations however many results it holds.
struct PatientState {
  std::vector<StoredResult> results;  ///< sorted by (measure, at, arrival)
  std::vector<StoredRetraction> retractions;
  std::vector<StoredFactSource> fact_sources;  ///< sorted by source
  std::vector<StoredFact> facts;               ///< sorted by (source, fact, start)
  std::vector<CriterionCourse> courses;        ///< sorted by criterion; of those about which there is something to say
  std::vector<Episode> episodes;               ///< sorted by (criterion, number); what happened lately
  Attention attention;
  std::vector<Decision> decisions;  ///< in the order in which they were made; at most kMaxDecisions of either outcome
  /// By measure; of platelets at most four, each later and lower than the one before, else one.
  std::vector<StoredEviction> evictions;
  std::vector<StoredLink> links;  ///< sorted by claimant
  Visit visit;
  TextRef merged_into;       ///< key of the patient whom he is scored as (merge.h); empty: himself
  TextRef copied_to;         ///< key of the patient beside whom a copy of him is kept elsewhere (copy.h); empty: nobody
  std::uint64_t copied = 0;  ///< names what that copy says; 0: there is none
  bool is_copy = false;      ///< a copy of what is recorded elsewhere
  std::string text;
  /// Newest collection time of a usable result in force, also of one that a cap dropped: the clinical time of
  /// assessment. none() while there is none.
  Timestamp at = Timestamp::none();
  Timestamp clock = Timestamp::none();  ///< greatest collection or issue time seen (`time.source: event`)
  /// Up to here the courses are frozen: what comes or is corrected later does not change them any more.
  Timestamp frozen_at = Timestamp::none();
  /// The last evaluation by then: facts that began or ended since are news to the next one. none(): there was none.
  Timestamp last_frozen = Timestamp::none();
  /// The newest collection time that the courses have seen, and the one before it.
  Timestamp folded_at = Timestamp::none();
  Timestamp before_folded = Timestamp::none();
  std::uint32_t next_arrival = 0;
  std::uint32_t evicted = 0;  ///< results dropped by a cap while still inside the window
  /// Names the rule set under which his episodes advanced last; 0: none did yet.
  std::uint64_t scored_by = 0;
  /// Not part of the state: the text is not looked at again before it is as long as that.
  std::size_t roomy_text = 0;
  /// Not part of the state: the newest result when what is outside of the window was last dropped.
  Timestamp trimmed_at = Timestamp::none();
  /// Fingerprints of results that were removed since the state was read, for who indexes them. Not part of the state.
  std::vector<std::uint64_t> gone;

  [[nodiscard]] std::string_view view(TextRef ref) const {
    return std::string_view(text).substr(ref.offset, ref.length);
  }
  /// Forgets everything and keeps the buffers, so that one object can serve patient after patient.
  void clear();
};

/// What applying a change did, and what it asks for.
struct ApplyResult {
  ApplyOutcome outcome = ApplyOutcome::applied;
  /// Measures of which a usable value came, changed or went. Empty for duplicates, superseded versions, and results
  /// that are kept as evidence only.
  std::bitset<kMeasureCount> changed;
  /// The first collection time of what changed; none() if that is not known.
  Timestamp earliest = Timestamp::none();
  /// It took a usable value away or replaced one, so what was concluded earlier may no longer hold.
  bool correction = false;
  /// Scores may have changed: assess the patient at `at` and advance the episodes. If the state's own `at` is none()
  /// then, nothing is left in force: open episodes are retracted, but there is no assessment to publish.
  bool assess = false;
  /// Other results of the same resource are in force; told of a result only.
  bool other_parts = false;
  /// Clinical time for that assessment: the state's `at`, or where nothing is left that of what was removed.
  Timestamp at = Timestamp::none();

  /// Adds what a further change of the same state did; `outcome` and `other_parts` stay.
  void add(const ApplyResult& further) {
    if (further.changed.any()) earliest = changed.any() ? std::min(earliest, further.earliest) : further.earliest;
    changed |= further.changed;
    correction = correction || further.correction;
    assess = assess || further.assess;
    at = further.at;
  }
  /// Notes that a usable value of that time came, changed or went.
  void note(Measure measure, Timestamp collected) {
    earliest = changed.any() ? std::min(earliest, collected) : collected;
    changed.set(index(measure));
  }
};

/// Applies one change, then trims the window. Deterministic; allocates
/// nothing in the steady state.
///
/// - A result of a new identity is applied, unless its content (measure, interval, time, status, own limit, usability,
///   method, D-dimer flavour) is in force under another identity: then it is a `duplicate`, but kept under its own
///   identity, so that the value outlives a retraction of the first.
/// - Results of one resource (kPartSeparator) come in one version: a part of a version older than what is known of any
///   other part is `superseded`. A retraction of a resource removes all its parts.
/// - A result of a known identity with the same content is a `duplicate`; with another content it replaces what is
///   there, also where it is unusable and so takes the value away, or is `superseded` if its version is older.
/// - A retraction removes, and is remembered for one window; it is `superseded` if provably older than what it would
///   remove. A result whose retraction is remembered is `superseded` unless its version says that it is newer.
/// - Of two copies of a result of which one has no id but the same identifier, versions are compared as of one resource
///   (same_result.h). A retraction by an identifier takes all away that have no id, and one that has; where several
///   have, it is `ambiguous` and leaves them alone.
/// - What is adopted (Change::adopted) is `superseded` by what the patient's own records say of the same identity,
/// unless
///   it is provably newer.
/// - A withdrawal removes one result likewise. It is remembered where its version can be told from others, and then
///   keeps away what is older than that.
///
/// Of two versions the one with the greater number is newer; else, where a number is missing or they are equal, the
/// one updated later; else the one that arrived later.
///
/// REQUIRES: identity and source of at most 65535 bytes (longer ones are cut), `result.at` known for a result.
ApplyResult apply(PatientState& state, const Change& change, const WindowLimits& limits);

/// What a version of a resource has to say, after all of it was applied.
struct ResourceVersion {
  std::string_view identity;                ///< of the resource
  Version version;                          ///< of the resource
  std::span<const std::string_view> parts;  ///< identities of the results that this version holds
  bool adopted = false;                     ///< as Change::adopted
};

/// Whether earlier versions of the resource said something that is in force and that this one does not say.
bool has_rest(const PatientState& state, const ResourceVersion& resource);

/// Withdraws what earlier versions of a resource said and this one does not, and remembers that as of a withdrawal. The
/// outcome is `retracted` where that was something, else `duplicate`.
ApplyResult withdraw_rest(PatientState& state, const ResourceVersion& resource, const WindowLimits& limits);

/// Whether the state holds a result or a fact of the resource of that identity at first hand.
bool holds(const PatientState& state, std::string_view identity);

/// Whether the state holds a result or a fact of the resource of that identity, or remembers that one was taken away.
/// What is adopted does not count: another patient's state has it at first hand.
bool knows(const PatientState& state, std::string_view identity);

/// What a fact is at `at` by what is recorded. Of one source the entry counts that starts last of those whose span
/// covers `at` (of equal ones the one entered last); an entry without end lasts as decisions.md 7 says. Of several
/// sources `yes` goes before the others: a diagnosis that another resource refutes or only suspects is still made. Of
/// the others, and of `remission` altogether, the one that starts last counts. Facts that imply others are the
/// evaluator's business (known_facts.h).
Tristate recorded_fact(const PatientState& state, Fact fact, Timestamp at);

}  // namespace coagwatch::rules
