#include "fhir/alert_entries.h"

#include <algorithm>

#include "fhir/datetime.h"
#include "rules/episodes/reading.h"
#include "rules/scoring/deciding.h"

namespace coagwatch::fhir {
namespace {

// Results are kept for a week at least, and an assessment looks back a day.
constexpr rules::Duration kRecent = rules::Duration::hours(24 * 6);

std::string instant_text(rules::Timestamp time) { return time.known() ? format_instant(time) : "unknown"; }

std::string criterion_and_profile(const rules::Criterion& criterion) {
  return criterion.profile.empty() ? criterion.id : criterion.id + "/" + criterion.profile;
}

std::string flag_urn(const AlertPart& part) {
  return uuid_urn(system_uri(part.context.base, "sid", "episode"), episode_identifier(part));
}

}  // namespace

std::string AlertEntries::record_identifier() {
  const rules::EpisodeEvent& event = input_.plan.events.front();
  return part_of(event, event.at).score_identifier + "|" + std::string(rules::alert_kind_name(event.kind)) + "|" +
         std::to_string(event.sequence);
}

std::string AlertEntries::focus() {
  const rules::EpisodeEvent& event = input_.plan.events.front();
  const AlertPart part = part_of(event, event.at);
  return part.episode != nullptr ? flag_urn(part) : part.score_urn;
}

void AlertEntries::write(JsonWriter& json) {
  for (const rules::EpisodeEvent& event : input_.plan.events) {
    if (event.kind != rules::AlertKind::retraction) claim(event);
  }
  for (const rules::EpisodeEvent& event : input_.plan.events) write_event(json, event);
}

AlertPart AlertEntries::part_of(const rules::EpisodeEvent& event, rules::Timestamp at) {
  const bool retracted = event.kind == rules::AlertKind::retraction;
  const rules::Assessment& then = retracted ? input_.assessment : assessment_at(at);
  const rules::CriterionScore& score = then.scores.at(event.score);
  const rules::Episode* episode = event.episode ? &input_.state.episodes.at(*event.episode) : nullptr;
  AlertPart part{input_.context,   input_.policy, input_.state, then, event, score,
                 *score.criterion, episode,       subject_,     at,   {},    {}};
  part.score_identifier = portable_key(input_.context.patient) + "|" + criterion_and_profile(part.criterion) + "|" +
                          instant_text(part.effective);
  part.score_urn = uuid_urn(system_uri(input_.context.base, "sid", "score"), part.score_identifier);
  part.leave = input_.plan.leave;
  const bool worse = event.kind == rules::AlertKind::worsening || rules::completes_panel(event);
  if (worse && episode != nullptr) compare_with_told(part);
  if (retracted && at.known() && at != then.at) part.then = &assessment_at(at);
  return part;
}

const rules::Assessment& AlertEntries::assessment_at(rules::Timestamp at) {
  if (at == input_.assessment.at) return input_.assessment;
  const auto found = std::ranges::find(past_, at, &rules::Assessment::at);
  if (found != past_.end()) return *found;
  rules::assess(input_.rules, input_.state, at, past_.emplace_back());
  rules::list_deciding(past_.back());
  return past_.back();
}

/// Against what alerts said, not what the same evaluations say now.
void AlertEntries::compare_with_told(AlertPart& part) const {
  for (const rules::Told& told : part.episode->told) {
    const bool recent = input_.state.at - told.at <= kRecent;
    if (told.at >= part.effective || told.by_reminder || told.at < part.before || !recent) continue;
    part.before = told.at;
    part.points_before = told.min;
  }
  const unsigned now = rules::extremes_of(input_.policy, part.assessment, part.criterion);
  part.new_extremes = static_cast<std::uint8_t>(now & ~unsigned{part.event.told_extremes});
}

/// Notes what an event shows as it is now: what another one takes back of it is not written.
void AlertEntries::claim(const rules::EpisodeEvent& event) {
  const AlertPart part = part_of(event, event.at);
  claimed_.push_back(part.score_urn);
  if (part.episode != nullptr) claimed_.push_back(flag_urn(part));
}

void AlertEntries::write_event(JsonWriter& json, const rules::EpisodeEvent& event) {
  for (const rules::Timestamp at : event.corrects) {
    AlertPart part = part_of(event, at);
    part.corrects = true;
    write_score(json, part);
  }
  const AlertPart part = part_of(event, event.at);
  write_score(json, part);
  if (part.episode != nullptr) write_flag_entry(json, part);
}

bool AlertEntries::is_to_be_written(const AlertPart& part, const std::string& urn) {
  const bool told_anew = part.retracted() && std::ranges::find(claimed_, urn) != claimed_.end();
  if (told_anew || std::ranges::find(written_, urn) != written_.end()) return false;
  written_.push_back(urn);
  return true;
}

void AlertEntries::write_request(JsonWriter& json, const std::string& url) const {
  json.begin_object("request");
  json.text("method", "PUT");
  json.text("url", url);
  json.end_object();
  if (!answered_) return;
  json.begin_object("response");
  json.text("status", "200");
  json.end_object();
}

void AlertEntries::write_score(JsonWriter& json, const AlertPart& part) {
  if (!is_to_be_written(part, part.score_urn)) return;
  const std::string system = system_uri(input_.context.base, "sid", "score");
  json.begin_object();
  json.text("fullUrl", part.score_urn);
  write_score_observation(json, part);
  write_request(json, conditional_url("Observation", system, part.score_identifier));
  json.end_object();
}

void AlertEntries::write_flag_entry(JsonWriter& json, const AlertPart& part) {
  const std::string urn = flag_urn(part);
  if (!is_to_be_written(part, urn)) return;
  const std::string system = system_uri(input_.context.base, "sid", "episode");
  json.begin_object();
  json.text("fullUrl", urn);
  write_flag(json, part);
  write_request(json, conditional_url("Flag", system, episode_identifier(part)));
  json.end_object();
}

}  // namespace coagwatch::fhir
