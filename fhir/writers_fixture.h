#pragma once

#include <string>
#include <string_view>

#include "fhir/golden_fixture.h"
#include "fhir/writers.h"

// A patient with two criteria, built by hand, for the tests of the writers.
namespace coagwatch::fhir::testing {

/// 2026-01-02 at `hour`:`minute` UTC; hours may leave the day.
inline rules::Timestamp at(std::int64_t hour, std::int64_t minute = 0) {
  return rules::Timestamp{1'767'312'000'000'000} + rules::Duration::minutes(hour * 60 + minute);
}

inline rules::Decimal decimal(std::string_view text) { return rules::Decimal::parse(text).value(); }

inline rules::Band band(const char* low, bool low_inclusive, const char* high, bool high_inclusive,
                        std::int16_t points) {
  rules::Band result;
  if (low != nullptr) result.low = decimal(low);
  if (high != nullptr) result.high = decimal(high);
  result.low_inclusive = low_inclusive;
  result.high_inclusive = high_inclusive;
  result.points = points;
  return result;
}

inline rules::Item item(std::string name, std::string title, rules::Measure measure, std::vector<rules::Band> bands) {
  rules::Item result;
  result.name = std::move(name);
  result.title = std::move(title);
  result.max_points = 0;
  for (const rules::Band& b : bands) result.max_points = std::max(result.max_points, b.points);
  result.sources.push_back({measure, std::move(bands)});
  return result;
}

inline rules::Criterion isth() {
  rules::Criterion criterion;
  criterion.id = "isth-2001";
  criterion.version = "1.0.0";
  criterion.profile = "iba";
  criterion.title = "ISTH overt DIC score (2001)";
  criterion.meaning = "compatible with overt DIC";
  criterion.table.met.cut = 5;
  criterion.table.highest = 8;
  criterion.gate.requires_any = {rules::Fact::underlying_disorder};
  criterion.table.items.push_back(item(
      "platelets", "Platelets", rules::Measure::platelets,
      {band(nullptr, false, "50", false, 2), band("50", true, "100", false, 1), band("100", true, nullptr, false, 0)}));
  rules::Item marker = item(
      "fibrin-marker", "Fibrin-related marker", rules::Measure::fdp,
      {band(nullptr, false, "10", false, 0), band("10", true, "25", true, 2), band("25", false, nullptr, false, 3)});
  marker.sources.push_back(
      {rules::Measure::d_dimer_uln,
       {band(nullptr, false, "3", false, 0), band("3", true, "7", true, 2), band("7", false, nullptr, false, 3)}});
  criterion.table.items.push_back(std::move(marker));
  criterion.table.items.push_back(
      item("pt", "PT prolongation", rules::Measure::pt_prolongation,
           {band(nullptr, false, "3", false, 0), band("3", true, "6", false, 1), band("6", true, nullptr, false, 2)}));
  criterion.table.items.push_back(item("fibrinogen", "Fibrinogen", rules::Measure::fibrinogen,
                                       {band(nullptr, false, "1", false, 1), band("1", true, nullptr, false, 0)}));
  return criterion;
}

inline rules::Item fact_item(std::string name, std::string title, rules::Fact fact) {
  rules::Item result;
  result.name = std::move(name);
  result.title = std::move(title);
  result.facts = {fact};
  result.points_yes = 1;
  result.max_points = 1;
  return result;
}

/// A part of JMHW.
inline rules::Criterion jmhw() {
  rules::Criterion criterion;
  criterion.id = "jmhw";
  criterion.version = "1.0.0";
  criterion.title = "JMHW DIC criteria (1988)";
  criterion.meaning = "DIC by the JMHW criteria";
  criterion.table.met.cut = 7;
  criterion.table.grades = {{"low", 0}, {"suspected", 6}, {"dic", 7}};
  rules::Column& column = criterion.columns.emplace_back();
  column.name = "note-1";
  column.when_any = {{rules::Fact::leukaemia}};
  column.unscored = {"bleeding"};
  column.table.met.cut = 4;
  column.table.grades = {{"low", 0}, {"suspected", 3}, {"dic", 4}};
  criterion.adjustments = {{rules::Fact::liver_cirrhosis, -3, "liver cirrhosis"}};
  criterion.table.items.push_back(
      fact_item("underlying-disorder", "Underlying disease", rules::Fact::underlying_disorder));
  criterion.table.items.push_back(fact_item("bleeding", "Bleeding symptoms", rules::Fact::bleeding));
  criterion.table.items.push_back(item("fdp", "Serum FDP", rules::Measure::fdp,
                                       {band(nullptr, false, "10", false, 0), band("10", true, "20", false, 1),
                                        band("20", true, "40", false, 2), band("40", true, nullptr, false, 3)}));
  criterion.table.items.push_back(item("platelets", "Platelets", rules::Measure::platelets,
                                       {band(nullptr, false, "50", true, 3), band("50", false, "80", true, 2),
                                        band("80", false, "120", true, 1), band("120", false, nullptr, false, 0)}));
  return criterion;
}

/// What an item scored, of all points between.
inline rules::ItemScore scored(const rules::Item& item, std::int16_t min, std::int16_t max,
                               std::optional<rules::Measure> by = std::nullopt) {
  rules::ItemScore score;
  score.item = &item;
  score.min = min;
  score.max = max;
  score.by = by;
  return score;
}

/// An event of a plan.
inline rules::EpisodeEvent told(rules::AlertKind kind, rules::Priority priority, std::size_t score,
                                std::optional<std::size_t> episode) {
  rules::EpisodeEvent event;
  event.kind = kind;
  event.priority = priority;
  event.score = score;
  event.episode = episode;
  return event;
}

/// Everything that a writer reads, with `isth-2001` met at 6 of 8 points and an open episode of it. Tests change what
/// they are about. It holds pointers into itself and stays where it is.
struct Scene {
  rules::RuleSet rules;
  rules::PatientState state;
  rules::Assessment assessment;
  WriteContext context;
  rules::AlertPolicy policy;
  std::vector<rules::EpisodeEvent> events = {told(rules::AlertKind::onset, rules::Priority::interruptive, 0, 0)};
  std::uint32_t sequence = 1;  ///< of the record

  Scene() {
    using rules::Measure;
    rules.criteria = {isth(), jmhw()};
    context.version = "1.0.0";
    context.patient = "Patient/p-4711";
    context.processed = at(8, 42) + rules::Duration::millis(12'345);
    context.cause = {"Observation/plt-88"};
    assessment.at = at(8, 5);
    assessment.lists_deciding = true;
    set(Measure::platelets, "42", at(8, 5), "Observation/plt-88");
    set(Measure::d_dimer, "9.10", at(8, 5), "Observation/dd-12");
    set(Measure::d_dimer_uln, "18.2", at(8, 5), "Observation/dd-12", true);
    set(Measure::pt_seconds, "17.2", at(7), "Observation/pt-12");
    set(Measure::pt_prolongation, "3.2", at(7), "Observation/pt-12", true);
    set(Measure::fibrinogen, "1.4", at(7), "Observation/fib-12");
    add_isth_score();
    rules::Episode episode;
    episode.criterion = "isth-2001";
    episode.number = 1;
    episode.state = rules::EpisodeState::open;
    episode.first_onset = at(8, 5);
    episode.onset = at(8, 5);
    episode.since = at(8, 5);
    episode.peak = 6;
    state.episodes.push_back(episode);
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void set(rules::Measure measure, std::string_view value, rules::Timestamp collected, std::string_view source,
           bool derived = false) {
    set(measure, rules::Interval::point(decimal(value)), collected, source, derived);
  }
  void set(rules::Measure measure, const rules::Interval& value, rules::Timestamp collected, std::string_view source,
           bool derived = false) {
    assessment.present.set(rules::index(measure));
    rules::CurrentValue& current = assessment.values[rules::index(measure)];
    current.value = value;
    current.at = collected;
    current.source = source;
    current.derived = derived;
  }
  rules::CriterionScore& score(std::size_t i = 0) { return assessment.scores.at(i); }

  /// Points of an item of a score, and the score's total with them.
  void set_item(std::size_t score_index, std::size_t item_index, std::int16_t min, std::int16_t max,
                std::optional<rules::Measure> by) {
    rules::CriterionScore& changed = score(score_index);
    changed.items.at(item_index).min = min;
    changed.items.at(item_index).max = max;
    changed.items.at(item_index).by = by;
    int low = 0;
    int high = 0;
    for (const rules::ItemScore& i : changed.items) low += i.min, high += i.max;
    changed.min = static_cast<std::int16_t>(low);
    changed.max = static_cast<std::int16_t>(high);
  }

  /// Adds `jmhw` with an open episode: indeterminate at 4 to 8 points, bleeding and FDP unknown.
  void add_jmhw() {
    rules::CriterionScore second;
    second.criterion = &rules.criteria[1];
    second.table = &rules.criteria[1].table;
    second.gate = rules::Gate::unconfirmed;
    const auto& items = rules.criteria[1].table.items;
    second.items = {scored(items[0], 1, 1, std::nullopt), scored(items[1], 0, 1, std::nullopt),
                    scored(items[2], 0, 3, std::nullopt), scored(items[3], 3, 3, rules::Measure::platelets)};
    second.min = 4;
    second.max = 8;
    second.grade_low = 0;
    second.grade_high = 2;
    second.deciding = {"bleeding", "fdp"};
    assessment.scores.push_back(std::move(second));
    rules::Episode episode = state.episodes.front();
    episode.criterion = "jmhw";
    state.episodes.push_back(episode);
  }

  /// FDP arrives: both criteria score it, and `jmhw` is met at 7 to 8 points.
  void add_fdp() {
    set(rules::Measure::fdp, "45", at(8, 5), "Observation/fdp-3");
    set_item(0, 1, 3, 3, rules::Measure::fdp);
    set_item(1, 2, 3, 3, rules::Measure::fdp);
    score(1).status = rules::Status::met;
    score(1).grade_low = 2;
    score(1).deciding.clear();
  }

  /// The events as one record. They show the assessment, or what is taken back the onset, unless they say otherwise.
  [[nodiscard]] rules::AlertPlan plan() const {
    rules::AlertPlan made;
    made.events = events;
    made.group = assessment.at;
    made.group_number = 1;
    for (rules::EpisodeEvent& event : made.events) {
      const bool retracted = event.kind == rules::AlertKind::retraction;
      if (!event.at.known()) event.at = retracted ? state.episodes.at(*event.episode).onset : assessment.at;
      event.sequence = sequence;
      made.priority = std::max(made.priority, event.priority);
    }
    return made;
  }
  [[nodiscard]] AlertRecord alert_record() const {
    AlertRecord record;
    write_alert(context, rules, policy, state, assessment, plan(), record);
    return record;
  }
  [[nodiscard]] std::string alert() const { return alert_record().value; }
  [[nodiscard]] std::string status() const {
    std::string out;
    write_status(context, rules, policy, state, assessment, out);
    return out;
  }
  [[nodiscard]] std::string record() const {
    std::string out;
    write_assessment(context, rules, assessment, out);
    return out;
  }

 private:
  void add_isth_score() {
    rules::CriterionScore first;
    first.criterion = &rules.criteria[0];
    first.table = &rules.criteria[0].table;
    first.gate = rules::Gate::unconfirmed;
    first.status = rules::Status::met;
    const auto& items = rules.criteria[0].table.items;
    first.items = {
        scored(items[0], 2, 2, rules::Measure::platelets), scored(items[1], 3, 3, rules::Measure::d_dimer_uln),
        scored(items[2], 1, 1, rules::Measure::pt_prolongation), scored(items[3], 0, 0, rules::Measure::fibrinogen)};
    first.min = 6;
    first.max = 6;
    assessment.scores.push_back(std::move(first));
  }
};

}  // namespace coagwatch::fhir::testing
