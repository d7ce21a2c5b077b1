#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion/criterion_fixture.h"
#include "rules/criterion/loader.h"
#include "rules/episodes/episode.h"
#include "rules/episodes/notices.h"
#include "rules/patient/fact_sources.h"
#include "rules/patient/state_fixture.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {

using Lines = std::vector<std::string>;

/// A shipped criterion. Fails if there is none.
inline Criterion shipped_criterion(std::string_view id, std::string_view profile = "") {
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    if (builtin.id != id) continue;
    std::vector<Problem> problems;
    auto criterion = load_criterion(builtin.text, std::string(builtin.file), profile, problems);
    if (criterion) return *criterion;
  }
  throw std::out_of_range("no such criterion");
}

/// A patient whose changes move episodes as the fold moves them. Results are processed at their collection time, or as
/// soon after as the clock allows, unless a test says otherwise.
struct EpisodePatient {
  RuleSet rules;
  AlertPolicy policy;
  TestPatient patient;
  Assessment assessment;
  EpisodeEngine engine;
  AlertPlan plan;
  Timestamp now = Timestamp::none();

  /// What is told: `onset isth-2001 interruptive`, with the cause in brackets where there is one.
  Lines after(const ApplyResult& applied) {
    if (!applied.assess) return {};
    return advance(applied.at, {applied.earliest, applied.correction, clock(applied.at), {}, false, applied.changed});
  }
  Lines advance(Timestamp at, const Happening& happening) {
    assess(rules, patient.state, at, assessment);
    engine.advance(rules, policy, patient.state, assessment, happening, plan);
    drop_outdated(patient.state, patient.limits);
    return told(plan.events);
  }
  Lines put(std::string_view id, Measure measure, std::string_view value, Timestamp at, Version version = {}) {
    return after(patient.put(id, measure, value, at, version));
  }
  Lines put(std::string_view id, const LabResult& lab) { return after(patient.put(id, lab)); }
  Lines retract(std::string_view id) { return after(patient.retract(id)); }
  /// What one context resource says.
  Lines say(std::string_view source, const std::vector<FactSpan>& facts, Version version = {}) {
    return change({FactChange::Kind::statement, source, version, facts});
  }
  Lines take_back(std::string_view source) { return change({FactChange::Kind::removal, source, {}, {}}); }
  Lines change(const FactChange& change) {
    apply_facts(patient.state, change, patient.limits);
    if (!patient.state.at.known()) return {};
    return advance(patient.state.at, {Timestamp::none(), true, clock(patient.state.at), {}});
  }
  static FactSpan yes(Fact fact, Timestamp start, Timestamp end = Timestamp::none()) {
    return {fact, Tristate::yes, start, end};
  }
  /// Runs every timer due until `until`, each at its own time. `28:00 probable isth-2001 task`: hour and minute first.
  Lines wait(Timestamp until) {
    Lines all;
    for (Timestamp due = next_timer(patient.state); due.known() && due <= until; due = next_timer(patient.state)) {
      assess(rules, patient.state, patient.state.at, assessment);
      EpisodeEngine::run_timers(rules, policy, patient.state, assessment, due, plan);
      for (const std::string& line : told(plan.events)) all.push_back(hour_text(due) + " " + line);
    }
    now = std::max(now, until);
    return all;
  }
  /// Why things were not told, or quieter: `onset sic tier-spent`.
  [[nodiscard]] Lines quiet() const {
    Lines all;
    for (const auto* events : {&plan.events, &plan.withheld}) {
      for (const EpisodeEvent& event : *events) {
        if (event.quiet == Quiet::none) continue;
        all.push_back(std::string(alert_kind_name(event.kind)) + " " + rules.criteria.at(event.score).id + " " +
                      std::string(quiet_name(event.quiet)));
      }
    }
    return all;
  }
  /// The latest episode of a criterion. Fails if there is none.
  [[nodiscard]] const Episode& episode(std::string_view criterion) const {
    const auto& all = patient.state.episodes;
    const auto found =
        std::find_if(all.rbegin(), all.rend(), [&](const Episode& e) { return e.criterion == criterion; });
    if (found == all.rend()) throw std::out_of_range("no such episode");
    return *found;
  }
  [[nodiscard]] EpisodeState state_of(std::string_view criterion) const {
    for (const Episode& episode : patient.state.episodes) {
      if (episode.criterion == criterion) return this->episode(criterion).state;
    }
    return EpisodeState::none;
  }

  static std::string hour_text(Timestamp time) {
    const std::int64_t minutes = (time - hour(0)).micros / 60'000'000;
    const std::string rest = std::to_string(minutes % 60);
    return std::to_string(minutes / 60) + ":" + (rest.size() == 1 ? "0" : "") + rest;
  }

 private:
  Timestamp clock(Timestamp at) {
    now = std::max(now, at);
    return now;
  }
  Lines told(const std::vector<EpisodeEvent>& events) const {
    Lines all;
    for (const EpisodeEvent& event : events) {
      std::string line = std::string(alert_kind_name(event.kind)) + " " + rules.criteria.at(event.score).id + " " +
                         std::string(priority_name(event.priority));
      if (event.cause != Cause::none) line.append(" (").append(cause_name(event.cause)).append(")");
      if (event.late) line += " late";
      all.push_back(line);
    }
    return all;
  }
};

/// ISTH is met by platelets below 50 with FDP from 25; JAAM by platelets below 80 with FDP from 10.
class EpisodeTest : public ::testing::Test, public EpisodePatient {
 protected:
  EpisodeTest() {
    rules.criteria = {isth_fixture(), jaam_fixture(), jmhw_fixture()};
    rules.site.pt_control_seconds = Decimal::of(12);
  }

  void only(std::vector<Criterion> criteria) { rules.criteria = std::move(criteria); }
  /// A whole panel of ISTH at one time.
  Lines panel(std::string_view platelets, std::string_view fdp, std::string_view pt, std::string_view fibrinogen,
              Timestamp at) {
    const std::string id = hour_text(at);
    Lines all;
    const auto add = [&all](Lines lines) { all.insert(all.end(), lines.begin(), lines.end()); };
    add(put("t" + id, Measure::pt_seconds, pt, at));
    add(put("b" + id, Measure::fibrinogen, fibrinogen, at));
    add(put("f" + id, Measure::fdp, fdp, at));
    add(put("p" + id, Measure::platelets, platelets, at));
    return all;
  }
  /// ISTH is met by 5 points, and surely not.
  Lines met(Timestamp at) { return panel("45", "30", "12", "2", at); }
  Lines not_met(Timestamp at) { return panel("150", "5", "12", "2", at); }
};

/// One criterion alone.
class IsthTest : public EpisodeTest {
 protected:
  IsthTest() { only({isth_fixture()}); }
};

}  // namespace coagwatch::rules
