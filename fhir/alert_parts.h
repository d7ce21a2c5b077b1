#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/identifiers.h"
#include "fhir/json_writer.h"
#include "fhir/writers.h"

// The parts of an alert Bundle, one file each. Used by write_alert only.
namespace coagwatch::fhir {

/// One event of an alert with all that its two resources need. Views and references live as long as write_alert runs.
struct AlertPart {
  const WriteContext& context;
  const rules::PatientState& state;
  const rules::Assessment& assessment;
  const rules::EpisodeEvent& event;
  const rules::CriterionScore& score;
  const rules::Criterion& criterion;
  const rules::Episode& episode;
  const SubjectReference& subject;
  /// Clinical time of the score: of the assessment, for a retraction of the onset that it takes back.
  rules::Timestamp effective;
  std::string score_identifier;  ///< value within `<base>:sid:score`
  std::string score_urn;         ///< fullUrl of the Observation

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

// narrative.cc: sentences for people.
/// What happened: `ISTH overt DIC score (2001): criteria met with score 6 (>= 5)`.
std::string headline(const AlertPart& part);
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
