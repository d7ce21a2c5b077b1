#include "daemon/changelog/state_json.h"

#include <array>

#include "fhir/explanation_writer.h"
#include "fhir/json_writer.h"
#include "fhir/record_parts.h"
#include "rules/episodes/alert.h"
#include "rules/episodes/machine.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

using fhir::JsonWriter;
using rules::PatientState;

constexpr std::array<std::string_view, 4> kEnds = {"", "confirmation", "exclusion", "departure"};
constexpr std::array<std::string_view, 5> kStatuses = {"final", "preliminary", "amended", "corrected", "unknown"};

void put(JsonWriter& json, JsonWriter::Key name, rules::Timestamp time) {
  if (time.known()) json.instant(name, time);
}
void put(JsonWriter& json, JsonWriter::Key name, std::string_view text) {
  if (!text.empty()) json.text(name, text);
}
void put(JsonWriter& json, JsonWriter::Key name, bool value) {
  if (value) json.boolean(name, true);
}
void put_number(JsonWriter& json, JsonWriter::Key name, std::int64_t value) {
  if (value != 0) json.integer(name, value);
}

/// An array with an object for each; nothing where there is none.
template <typename Each, typename Write>
void list(JsonWriter& json, JsonWriter::Key name, const std::vector<Each>& all, const Write& write) {
  if (all.empty()) return;
  json.begin_array(name);
  for (const Each& each : all) {
    json.begin_object();
    write(each);
    json.end_object();
  }
  json.end_array();
}

void write_version(JsonWriter& json, const rules::Version& version) {
  if (version.number) json.text("version", std::to_string(*version.number));
  put(json, "last-updated", version.last_updated);
}

void write_result(JsonWriter& json, const PatientState& state, const rules::StoredResult& stored) {
  const rules::LabResult& lab = stored.lab;
  json.text("measure", rules::measure_info(lab.measure).name);
  fhir::write_ends(json, lab.value);
  put(json, "low-open", lab.value.low_open && !lab.value.low_unbounded);
  put(json, "high-open", lab.value.high_open && !lab.value.high_unbounded);
  json.instant("at", lab.at);
  put(json, "issued", lab.issued);
  json.text("status", kStatuses.at(static_cast<std::size_t>(lab.status)));
  put(json, "unusable", fhir::unusable_name(lab.unusable));
  if (lab.upper_limit) json.decimal_text("upper-limit", *lab.upper_limit);
  put_number(json, "method-rank", lab.method_rank);
  fhir::write_flags(json, lab.flags);
  write_version(json, stored.version);
  json.integer("arrival", stored.arrival);
  put(json, "identity", state.view(stored.identity));
  if (state.view(stored.source) != state.view(stored.identity)) put(json, "source", state.view(stored.source));
}

void write_course(JsonWriter& json, const rules::Course& course) {
  json.text("stage", rules::stage_name(course.stage));
  put(json, "ended-by", kEnds.at(static_cast<std::size_t>(course.ended_by)));
  put_number(json, "extremes", course.extremes);
  put_number(json, "peak", course.peak);
  put(json, "since", course.since);
  put(json, "onset", course.onset);
  put(json, "reopened", course.reopened);
  put(json, "ended", course.ended);
  put(json, "last-met", course.last_met);
  put(json, "panel", course.panel);
}

void write_criterion(JsonWriter& json, const rules::CriterionCourse& course) {
  json.text("criterion", course.criterion);
  json.integer("number", course.number);
  json.integer("sequence", course.sequence);
  put(json, "tier-spent", (course.marks & rules::kTierSpent) != 0);
  const auto write = [&](JsonWriter::Key name, const rules::Course& each) {
    json.begin_object(name);
    write_course(json, each);
    json.end_object();
  };
  write("frozen", course.frozen);
  write("before", course.base);
  write("now", course.current);
}

void write_episode(JsonWriter& json, const rules::Episode& episode) {
  json.text("criterion", episode.criterion);
  json.integer("number", episode.number);
  json.text("state", rules::episode_state_name(episode.state));
  put(json, "published", (episode.marks & rules::kEpisodePublished) != 0);
  put(json, "interrupted", (episode.marks & rules::kEpisodeInterruptive) != 0);
  put(json, "task", (episode.marks & rules::kEpisodeTask) != 0);
  put(json, "gate-open", (episode.marks & rules::kGateOpen) != 0);
  put(json, "quiet-by-gate", (episode.marks & rules::kQuietByGate) != 0);
  put_number(json, "peak", episode.peak);
  put_number(json, "told-min", episode.told_min);
  put_number(json, "told-extremes", episode.told_extremes);
  put(json, "first-onset", episode.first_onset);
  put(json, "onset", episode.onset);
  put(json, "since", episode.since);
  put(json, "retro-since", episode.retro_since);
  list(json, "told", episode.told, [&](const rules::Told& told) {
    json.instant("at", told.at);
    json.integer("min", told.min);
    put(json, "corrected", told.corrected);
    put(json, "by-reminder", told.by_reminder);
  });
}

void write_decision(JsonWriter& json, const rules::Decision& decision) {
  json.text("decision", decision.sent ? "sent" : "withheld");
  json.text("kind", rules::alert_kind_name(decision.kind));
  json.text("priority", rules::priority_name(decision.priority));
  put(json, "cause", rules::cause_name(decision.cause));
  put(json, "quiet", rules::quiet_name(decision.quiet));
  put_number(json, "record", decision.record);
  put(json, "at", decision.at);
  json.text("criterion", decision.criterion);
}

void write_attention(JsonWriter& json, const rules::Attention& attention) {
  if (attention == rules::Attention{}) return;
  constexpr std::array kNames = {rules::AlertKind::probable, rules::AlertKind::pre, rules::AlertKind::missing_test,
                                 rules::AlertKind::trend};
  json.begin_object("attention");
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const rules::Notice& notice = attention.notices[i];
    if (notice == rules::Notice{}) continue;
    json.member(rules::alert_kind_name(kNames[i]));
    json.begin_object();
    put(json, "due", notice.due);
    put(json, "sent", notice.sent);
    put(json, "told-of", notice.told_at);
    put(json, "criterion", notice.criterion);
    json.end_object();
  }
  put(json, "reminder", attention.reminder);
  put_number(json, "reminded", attention.reminded);
  put(json, "group", attention.group);
  put_number(json, "group-number", attention.group_number);
  if (attention.group.known()) json.text("group-priority", rules::priority_name(attention.group_priority));
  put(json, "alerted", attention.alerted);
  put(json, "seen", attention.seen);
  put(json, "leave", attention.leave);
  put(json, "left", attention.left);
  json.end_object();
}

void write_facts(JsonWriter& json, const PatientState& state) {
  list(json, "fact-sources", state.fact_sources, [&](const rules::StoredFactSource& source) {
    put(json, "source", state.view(source.source));
    write_version(json, source.version);
    put(json, "at", source.at);
    put(json, "removed", source.removed);
    put(json, "adopted", source.adopted);
  });
  list(json, "facts", state.facts, [&](const rules::StoredFact& fact) {
    json.text("fact", rules::fact_name(fact.fact));
    json.text("value", rules::tristate_name(fact.value));
    put(json, "start", fact.start);
    put(json, "end", fact.end);
    put(json, "source", state.view(state.fact_sources[fact.source].source));
  });
}

void write_visit(JsonWriter& json, const PatientState& state) {
  const rules::Visit& visit = state.visit;
  if (visit.encounter.length == 0 && visit.place_of.length == 0) return;
  json.begin_object("visit");
  put(json, "encounter", state.view(visit.encounter));
  put(json, "at", visit.at);
  put(json, "place-of", state.view(visit.place_of));
  put(json, "place", state.view(visit.place));
  put(json, "place-start", visit.place_start);
  json.end_object();
}

void write_gone(JsonWriter& json, const PatientState& state) {
  list(json, "retractions", state.retractions, [&](const rules::StoredRetraction& retraction) {
    json.text("identity", state.view(retraction.identity));
    write_version(json, retraction.version);
    put(json, "at", retraction.at);
    if (retraction.measure) json.text("measure", rules::measure_info(*retraction.measure).name);
    put(json, "withdrawal", retraction.withdrawal);
    put(json, "adopted", retraction.adopted);
  });
  list(json, "evictions", state.evictions, [&](const rules::StoredEviction& step) {
    json.text("measure", rules::measure_info(step.measure).name);
    put(json, "at", step.at);
    if (step.highest) json.decimal_text("highest", *step.highest);
    put(json, "outranked", step.outranked);
  });
}

void write_place(JsonWriter& json, const ChangelogPlace& place) {
  json.integer("partition", place.partition);
  json.integer("offset", place.offset);
}

}  // namespace

void write_state_json(const ChangelogPlace& place, std::string_view patient, const PatientState& state,
                      std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_place(json, place);
  json.text("patient", rules::own_key(patient));
  put(json, "elsewhere", rules::is_elsewhere(patient));
  put(json, "at", state.at);
  put(json, "clock", state.clock);
  put_number(json, "evicted", state.evicted);
  put(json, "merged-into", rules::own_key(state.view(state.merged_into)));
  put(json, "copy", state.is_copy);
  put(json, "copied-to", rules::own_key(state.view(state.copied_to)));
  write_visit(json, state);
  list(json, "results", state.results, [&](const rules::StoredResult& each) { write_result(json, state, each); });
  write_gone(json, state);
  write_facts(json, state);
  list(json, "links", state.links, [&](const rules::StoredLink& link) {
    put(json, "claimant", state.view(link.claimant));
    put(json, "into", rules::own_key(state.view(link.into)));
  });
  put(json, "frozen-at", state.frozen_at);
  put(json, "folded-at", state.folded_at);
  put(json, "before-folded", state.before_folded);
  put(json, "last-frozen", state.last_frozen);
  list(json, "courses", state.courses, [&](const rules::CriterionCourse& each) { write_criterion(json, each); });
  list(json, "episodes", state.episodes, [&](const rules::Episode& each) { write_episode(json, each); });
  write_attention(json, state.attention);
  list(json, "decisions", state.decisions, [&](const rules::Decision& each) { write_decision(json, each); });
  json.end_object();
}

void write_partition_json(const ChangelogPlace& place, const PartitionRecord& record, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_place(json, place);
  json.begin_object("partition-record");
  json.integer("input-offset", record.last_offset);
  put(json, "topic-id", record.topic_id);
  put(json, "time", record.time);
  put(json, "timer-cursor", record.timer_cursor);
  put(json, "rule-set", record.rule_set);
  json.integer("rule-set-sequence", static_cast<std::int64_t>(record.rule_set_sequence));
  if (record.last_command >= 0) json.integer("command-offset", record.last_command);
  put(json, "commands-topic-id", record.commands_id);
  put(json, "owner", record.owner);
  put(json, "input-topic", record.input_topic);
  if (record.partitions > 0) json.integer("partitions", record.partitions);
  if (record.unfinished_tick >= 0) json.integer("unfinished-tick", record.unfinished_tick);
  json.end_object();
  json.end_object();
}

}  // namespace coagwatch::daemon
