#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/fold/state_codec.h"

// States for tests of the changelog format.
namespace coagwatch::daemon {

inline rules::TextRef keep(rules::PatientState& state, std::string_view text) {
  const rules::TextRef ref{static_cast<std::uint32_t>(state.text.size()), static_cast<std::uint16_t>(text.size())};
  state.text.append(text);
  return ref;
}

/// A state that uses every field and every optional part of the format.
inline rules::PatientState sample() {
  rules::PatientState state;
  state.at = rules::Timestamp{1'767'340'800'000'000};
  state.clock = rules::Timestamp{1'767'340'800'123'456};
  state.next_arrival = 7;
  state.evicted = 2;
  const rules::Interval values[] = {rules::Interval::point(rules::Decimal(4550, -2)),
                                    rules::Interval::below(rules::Decimal(10, 0), false),
                                    rules::Interval::above(rules::Decimal(20, 0), true),
                                    rules::Interval::between(rules::Decimal(5, 0), rules::Decimal(20, 0)),
                                    rules::Interval::point(rules::Decimal(-1, 0))};
  for (const rules::Interval& value : values) {
    rules::StoredResult stored;
    stored.lab.measure = rules::Measure::d_dimer;
    stored.lab.value = value;
    stored.lab.at = rules::Timestamp{1'767'340'800'000'000};
    stored.identity = keep(state, "Observation/a1");
    stored.source = stored.identity;
    stored.arrival = 3;
    state.results.push_back(stored);
  }
  rules::StoredResult& full = state.results.back();
  full.lab.upper_limit = rules::Decimal(5, -1);
  full.lab.issued = rules::Timestamp{1};
  full.lab.method_rank = 9;
  full.lab.status = rules::ResultStatus::corrected;
  full.lab.unusable = rules::Unusable::preliminary;
  full.lab.flags = rules::kFlagDduConverted | rules::kFlagIcteric;
  full.version = {42, rules::Timestamp{-5}};
  full.fingerprint = 0x8000'0000'0000'0001;
  full.source = keep(state, "Observation/other");
  rules::StoredRetraction retraction;
  retraction.identity = keep(state, "Observation/gone");
  retraction.version = {3, rules::Timestamp{9}};
  retraction.at = state.at;
  state.retractions.push_back(retraction);
  rules::StoredFact fact;
  fact.fact = rules::Fact::renal_replacement;
  fact.value = rules::Tristate::yes;
  fact.start = state.at;
  state.facts.push_back(fact);
  state.fact_sources.push_back(
      {keep(state, "Condition/1"), {7, rules::Timestamp{11}}, rules::Timestamp::none(), false});
  state.retractions.front().adopted = true;
  state.links.push_back({keep(state, "Patient/1"), keep(state, "Patient/2")});
  state.merged_into = keep(state, "Patient/2");
  state.visit = {keep(state, "Encounter/2"), state.at, keep(state, "Encounter/1"), keep(state, "Ward 3"),
                 rules::Timestamp{8}};
  rules::Episode episode;
  episode.criterion = "isth-2001";
  episode.number = 2;
  episode.state = rules::EpisodeState::open;
  episode.onset = state.at;
  episode.since = state.at;
  episode.peak = -3;
  episode.marks = rules::kEpisodePublished;
  episode.first_onset = rules::Timestamp{3};
  episode.retro_since = rules::Timestamp{2};
  episode.told_extremes = rules::kGroup4;
  episode.told_min = -2;
  episode.told = {{rules::Timestamp{5}, 0x8000'0000'0000'0002, 5, true, false},
                  {rules::Timestamp{6}, 7, -2, false, true}};
  state.episodes.push_back(episode);
  rules::CriterionCourse course;
  course.criterion = "isth-2001";
  course.number = 2;
  course.sequence = 300;
  course.marks = rules::kTierSpent;
  course.base = {rules::Stage::open,  rules::EndedBy::nothing, rules::kFibrinogenBelow1, 6,
                 rules::Timestamp{1}, rules::Timestamp{2},     rules::Timestamp{3},      rules::Timestamp::none(),
                 rules::Timestamp{4}, rules::Timestamp{5}};
  course.current = course.base;
  course.current.stage = rules::Stage::none;
  course.current.ended_by = rules::EndedBy::exclusion;
  course.current.ended = rules::Timestamp{6};
  state.courses.push_back(course);
  state.courses.push_back({"sic", course.base, course.base, {}, 1, 2, 0});
  state.frozen_at = rules::Timestamp{4};
  state.last_frozen = rules::Timestamp{3};
  state.before_folded = rules::Timestamp{5};
  state.folded_at = rules::Timestamp{6};
  state.attention.notices[1] = {rules::Timestamp{1}, rules::Timestamp{2}, rules::Timestamp{3}, "jaam"};
  state.attention.reminder = rules::Timestamp{4};
  state.attention.reminded = 2;
  state.attention.group = rules::Timestamp{5};
  state.attention.group_number = 6;
  state.attention.group_priority = rules::Priority::task;
  state.attention.alerted = rules::Timestamp{7};
  state.decisions = {{rules::AlertKind::probable, rules::Priority::interruptive, rules::Cause::extreme,
                      rules::Quiet::episode_open, true, 5, rules::Timestamp{6}, "jaam"},
                     {rules::AlertKind::closure, rules::Priority::passive, rules::Cause::merged,
                      rules::Quiet::transfusion, false, 5, rules::Timestamp::none(), "sic"}};
  state.evictions.push_back({rules::Measure::platelets, rules::Timestamp{1'767'340'800'000'000}, std::nullopt, true});
  state.evictions.push_back(
      {rules::Measure::platelets, rules::Timestamp{1'767'340'860'000'000}, rules::Decimal(2990, -1), false});
  state.evictions.push_back({rules::Measure::sirs, rules::Timestamp{7}, std::nullopt, false});
  return state;
}

inline std::string encoded(const rules::PatientState& state) {
  std::string out;
  encode_state(state, out);
  return out;
}

}  // namespace coagwatch::daemon
