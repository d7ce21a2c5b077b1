#include <algorithm>

#include "fhir/alert_parts.h"
#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

std::string instant_text(rules::Timestamp time) { return time.known() ? format_instant(time) : "unknown"; }

std::string criterion_and_profile(const rules::Criterion& criterion) {
  return criterion.profile.empty() ? criterion.id : criterion.id + "/" + criterion.profile;
}

AlertPart make_part(const WriteContext& context, const rules::PatientState& state, const rules::Assessment& assessment,
                    const rules::EpisodeEvent& event, const SubjectReference& subject) {
  const rules::CriterionScore& score = assessment.scores.at(event.score);
  const rules::Episode& episode = state.episodes.at(event.episode);
  const bool retracted = event.kind == rules::AlertKind::retraction;
  AlertPart part{context, state,   assessment,
                 event,   score,   *score.criterion,
                 episode, subject, retracted ? episode.onset : assessment.at,
                 {},      {}};
  part.score_identifier =
      portable_key(context.patient) + "|" + criterion_and_profile(part.criterion) + "|" + instant_text(part.effective);
  part.score_urn = uuid_urn(system_uri(context.base, "sid", "score"), part.score_identifier);
  return part;
}

// Unique among all records: the sequence of the leading criterion never starts again.
std::string record_identifier(const AlertPart& leading) {
  return leading.score_identifier + "|" + std::string(rules::alert_kind_name(leading.event.kind)) + "|" +
         std::to_string(leading.episode.sequence);
}

void write_request(JsonWriter& json, const std::string& url) {
  json.begin_object("request");
  json.text("method", "PUT");
  json.text("url", url);
  json.end_object();
}

void write_entries(JsonWriter& json, const AlertPart& part) {
  const std::string score_system = system_uri(part.context.base, "sid", "score");
  json.begin_object();
  json.text("fullUrl", part.score_urn);
  write_score_observation(json, part);
  write_request(json, conditional_url("Observation", score_system, part.score_identifier));
  json.end_object();

  const std::string episode_system = system_uri(part.context.base, "sid", "episode");
  const std::string episode = episode_identifier(part);
  json.begin_object();
  json.text("fullUrl", uuid_urn(episode_system, episode));
  write_flag(json, part);
  write_request(json, conditional_url("Flag", episode_system, episode));
  json.end_object();
}

void write_envelope(JsonWriter& json, const WriteContext& context, const AlertPart& leading) {
  json.text("resourceType", "Bundle");
  if (context.processed.known()) {
    json.begin_object("meta");
    json.instant("lastUpdated", context.processed);
    json.end_object();
  }
  json.member("identifier");
  write_identifier(json, system_uri(context.base, "sid", "alert"), record_identifier(leading));
  json.text("type", "transaction");
  if (context.processed.known()) json.instant("timestamp", context.processed);
}

}  // namespace

void write_alert(const WriteContext& context, const rules::RuleSet& /*rules*/, const rules::PatientState& state,
                 const rules::Assessment& assessment, const std::vector<rules::EpisodeEvent>& events,
                 AlertRecord& out) {
  const SubjectReference subject = subject_reference(context.patient);
  out.value.clear();
  out.criteria.clear();
  out.kind = events.front().kind;
  out.priority = rules::Priority::passive;
  JsonWriter json(out.value);
  json.begin_object();
  write_envelope(json, context, make_part(context, state, assessment, events.front(), subject));
  json.begin_array("entry");
  for (const rules::EpisodeEvent& event : events) {
    const AlertPart part = make_part(context, state, assessment, event, subject);
    write_entries(json, part);
    out.priority = std::max(out.priority, event.priority);
    if (!out.criteria.empty()) out.criteria += ',';
    out.criteria += part.criterion.id;
  }
  json.end_array();
  json.end_object();
}

}  // namespace coagwatch::fhir
