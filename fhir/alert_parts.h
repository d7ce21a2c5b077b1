#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/identifiers.h"
#include "fhir/json_writer.h"
#include "fhir/writers.h"

// The parts of an alert Bundle, one file each. Used by what writes alerts only.
namespace coagwatch::fhir {

/// One event of an alert with all that its two resources need. Views and references live as long as they are written.
struct AlertPart {
  const WriteContext& context;
  const rules::AlertPolicy& policy;
  const rules::PatientState& state;
  const rules::Assessment& assessment;  ///< at `effective`, but of what is taken back the newest
  const rules::EpisodeEvent& event;
  const rules::CriterionScore& score;
  const rules::Criterion& criterion;
  const rules::Episode* episode;  ///< null of a notice
  const SubjectReference& subject;
  /// Clinical time of the score: of the assessment, for a retraction of the evaluation that it takes back.
  rules::Timestamp effective;
  std::string score_identifier;  ///< value within `<base>:sid:score`
  std::string score_urn;         ///< fullUrl of the Observation

  bool corrects = false;  ///< shown before, and has other numbers now
  /// Of a worsening: the newest evaluation that was told before, none() where it is too long ago to be assessed again.
  rules::Timestamp before = rules::Timestamp::none();
  std::int16_t points_before = 0;  ///< its least total
  std::uint8_t new_extremes = 0;   ///< rules::Extreme bits that no evaluation told before had
  /// Of what is taken back: the assessment at `effective` by all that is known now; null where that is `assessment`.
  const rules::Assessment* then = nullptr;
  rules::Leave leave = rules::Leave::stays;  ///< of the plan

  [[nodiscard]] bool retracted() const { return event.kind == rules::AlertKind::retraction; }
  /// Points from which the criterion is met, in the active population's column.
  [[nodiscard]] std::int16_t cut() const { return score.table->met.cut; }
};

// score_observation.cc, flag_writer.cc
void write_score_observation(JsonWriter& json, const AlertPart& part);
void write_flag(JsonWriter& json, const AlertPart& part);
/// Value of the Flag's identifier within `<base>:sid:episode`, the same over the episode's life.
std::string episode_identifier(const AlertPart& part);

// resource_parts.cc: what both resources share.
void write_tag(JsonWriter& json, const AlertPart& part);
void write_narrative(JsonWriter& json, std::string_view div);
void write_identifier(JsonWriter& json, std::string_view system, std::string_view value);
void write_subject(JsonWriter& json, const AlertPart& part);
/// The encounter of the newest result that names one, with its place as display; nothing if none is known.
void write_encounter(JsonWriter& json, const AlertPart& part);
/// Writes `{system, code, display}` into an array of codings.
void write_coding(JsonWriter& json, std::string_view system, std::string_view code, std::string_view display);
/// `coagwatch 1.0.0`.
std::string producer(const AlertPart& part);

// evidence.cc: values and points in words.
/// Measures whose values the score rests on, derived ones preceded by the result they were computed from.
std::vector<rules::Measure> input_measures(const AlertPart& part);
/// `42 x10^9/L`, `< 10 x10^9/L`, `5-20 mg/L`.
std::string value_text(rules::Measure measure, const rules::Interval& value);
/// `2 points`, `0-3 points`.
std::string points_text(std::int16_t min, std::int16_t max);
/// `underlying disorder`.
std::string fact_text(rules::Fact fact);

// context_text.cc
/// Baseline risk and pointers to a differential, in sentences; empty where there is nothing to say.
std::string context_text(const AlertPart& part);
/// `2026-01-02 08:00 UTC`; seconds only where they are not zero.
std::string time_text(rules::Timestamp time);
/// The value, or why there is none: `Prothrombin time prolongation 3.2 s, from Prothrombin time 17.2 s`.
std::string item_value_text(const AlertPart& part, const rules::ItemScore& item);
/// Collection time of the item's value with its caveats, empty if it has none: `2026-01-02 08:00 UTC, preliminary`.
std::string item_time_text(const AlertPart& part, const rules::ItemScore& item);
/// True if the points are open because nothing current is known.
bool is_missing(const rules::ItemScore& item);

// alert_reason.cc: why it is told, beyond its kind and the points. Each is empty where there is nothing to say.
/// Of a worsening: `was 5 on 2026-01-02 08:05 UTC; platelets 28 x10^9/L (<= 30)`.
std::string worsening_text(const AlertPart& part);
/// Adverse trends at the part's time: `Platelets 150 x10^9/L to 90 x10^9/L within 20 h`.
std::string trend_text(const AlertPart& part);
/// The same with the times of both values, in a sentence.
std::string trend_evidence_text(const AlertPart& part);
/// Why criteria are probably met.
std::string probable_text(const AlertPart& part);
/// The items that are open, by title.
std::string open_items_text(const AlertPart& part);
/// What a notice that comes before the criteria are met rests on.
std::string pre_text(const AlertPart& part);
/// Why the criterion does not apply to the patient: `leukaemia recorded (Condition/1)`; of what is taken back by what
/// is known of that time, else of now.
std::string exclusion_text(const AlertPart& part);
/// Whether a cause is another resource than a result, that says something of the patient: `Condition/1`.
bool states_facts(std::string_view cause);
/// Which results, or other resources, a change or a correction comes from, and what they say now.
std::string cause_text(const AlertPart& part);

// headline.cc
/// What happened: `ISTH overt DIC score (2001): criteria met with score 6 (met from 5)`.
std::string headline(const AlertPart& part);
/// `score 6`, `score 5 to 7`.
std::string score_text(const AlertPart& part);
/// ` (met from 5)`.
std::string threshold_text(const AlertPart& part);
/// `criteria met`, `criteria not met`, `undecided`, `the criterion does not apply`.
std::string_view status_text(const AlertPart& part);

// narrative.cc: sentences for people.
/// The evidence in paragraphs, for Observation.note.
std::vector<std::string> notes(const AlertPart& part);
/// The score at a glance as XHTML for Observation.text.
std::string score_div(const AlertPart& part);
/// The headline as XHTML for Flag.text.
std::string flag_div(const AlertPart& part);
/// The scoring table in force: title, version, profile, and every band with its boundary sides.
std::string method_text(const AlertPart& part);

inline constexpr std::string_view kDisclaimer = "Not a diagnosis; clinical confirmation required.";

}  // namespace coagwatch::fhir
