#include <algorithm>
#include <array>
#include <span>

#include "fhir/confounders.h"
#include "fhir/record_parts.h"
#include "rules/episodes/machine.h"
#include "rules/episodes/tiers.h"
#include "rules/patient/merge.h"
#include "rules/patient/visit.h"

namespace coagwatch::fhir {
namespace {

constexpr std::int64_t kStatusFormat = 1;
constexpr std::size_t kTrendPoints = 32;
constexpr std::array kTrendMeasures = {rules::Measure::platelets, rules::Measure::fibrinogen, rules::Measure::d_dimer,
                                       rules::Measure::pt_seconds};

void write_episodes(JsonWriter& json, const rules::PatientState& state) {
  json.begin_array("episodes");
  for (const rules::Episode& episode : state.episodes) {
    if (episode.state == rules::EpisodeState::none) continue;
    json.begin_object();
    json.text("criterion", episode.criterion);
    json.integer("number", episode.number);
    json.text("state", rules::episode_state_name(episode.state));
    json.instant("onset", episode.onset);
    json.instant("since", episode.since);
    if (episode.retro_since.known()) json.instant("retro-since", episode.retro_since);
    json.integer("peak", episode.peak);
    json.end_object();
  }
  json.end_array();
}

// The results of one measure; they are sorted by measure first.
std::span<const rules::StoredResult> results_of(const rules::PatientState& state, rules::Measure measure) {
  const auto less = [](const rules::StoredResult& result, rules::Measure m) { return result.lab.measure < m; };
  const auto greater = [](rules::Measure m, const rules::StoredResult& result) { return m < result.lab.measure; };
  const auto first = std::lower_bound(state.results.begin(), state.results.end(), measure, less);
  const auto last = std::upper_bound(first, state.results.end(), measure, greater);
  return {first, last};
}

bool usable(const rules::StoredResult& result) { return result.lab.unusable == rules::Unusable::none; }

void write_point(JsonWriter& json, const rules::LabResult& lab) {
  json.begin_array();
  json.instant(lab.at);
  if (lab.value.low_unbounded) {
    json.null();
  } else {
    json.decimal_text(lab.value.low);
  }
  if (lab.value.high_unbounded) {
    json.null();
  } else {
    json.decimal_text(lab.value.high);
  }
  json.end_array();
}

void write_trend(JsonWriter& json, const rules::PatientState& state) {
  json.begin_object("trend");
  for (const rules::Measure measure : kTrendMeasures) {
    const auto results = results_of(state, measure);
    std::size_t skip = static_cast<std::size_t>(std::count_if(results.begin(), results.end(), usable));
    if (skip == 0) continue;
    skip = skip > kTrendPoints ? skip - kTrendPoints : 0;
    json.member(rules::measure_info(measure).name);
    json.begin_array();
    for (const rules::StoredResult& result : results) {
      if (!usable(result)) continue;
      if (skip > 0) {
        --skip;
        continue;
      }
      write_point(json, result.lab);
    }
    json.end_array();
  }
  json.end_object();
}

void write_confounders(JsonWriter& json, const rules::PatientState& state, rules::Timestamp at) {
  json.begin_array("confounders");
  if (!state.facts.empty()) {
    for (const rules::Fact fact : kConfounders) {
      if (rules::recorded_fact(state, fact, at) == rules::Tristate::yes) json.text(rules::fact_name(fact));
    }
  }
  json.end_array();
}

}  // namespace

void write_status(const WriteContext& context, const rules::RuleSet& rules, const rules::AlertPolicy& policy,
                  const rules::PatientState& state, const rules::Assessment& assessment, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_assessment_members(json, context, rules, assessment);
  write_episodes(json, state);
  if (!rules::is_covered(policy, assessment)) json.boolean("not-covered", true);
  write_trend(json, state);
  write_confounders(json, state, assessment.at);
  if (const std::string_view encounter = rules::encounter_of(state); !encounter.empty()) {
    json.text("encounter", encounter);
    if (const std::string_view place = rules::place_of(state); !place.empty()) json.text("location", place);
  }
  std::string_view other = rules::linked_to(state);
  if (other.empty()) other = context.merge_pending;
  if (!other.empty()) json.text("merge-pending", rules::own_key(other));
  json.integer("version", kStatusFormat);
  json.end_object();
}

}  // namespace coagwatch::fhir
