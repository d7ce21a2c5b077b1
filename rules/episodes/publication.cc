#include "rules/episodes/publication.h"

#include <algorithm>
#include <tuple>

#include "rules/episodes/alert_gate.h"
#include "rules/episodes/departure.h"
#include "rules/episodes/onset_priority.h"
#include "rules/episodes/told_evaluations.h"
#include "rules/episodes/worsening.h"

namespace coagwatch::rules {
namespace {

using Kind = EpisodeDifference::Kind;

bool marked(const Episode& episode, EpisodeMark mark) { return (episode.marks & mark) != 0; }
void mark(Episode& episode, EpisodeMark which) { episode.marks = static_cast<std::uint8_t>(episode.marks | which); }
void unmark(Episode& episode, EpisodeMark which) {
  episode.marks = static_cast<std::uint8_t>(episode.marks & ~unsigned{which});
}

/// Publishes the differences of one record.
class Publisher {
 public:
  Publisher(const Occasion& occasion, AlertPlan& plan)
      : o_(occasion), plan_(plan), facts_(occasion.assessment.facts), told_(occasion) {}

  void tell(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    if (difference.kind == Kind::gone) return take_back(difference);
    if (!marked(episode, kEpisodePublished)) return begin(difference);
    changed_ = told_.changed(episode, difference.score);
    switch (difference.kind) {
      case Kind::ended:
        return end(difference);
      case Kind::relapsed:
        return relapse(difference);
      case Kind::resumed:
        return amend(difference, Cause::resumed, o_.assessment.at);
      default:
        return go_on(difference);
    }
  }

 private:
  Episode& episode_of(const EpisodeDifference& difference) const { return o_.state.episodes[difference.episode]; }
  const CriterionScore& score_of(const EpisodeDifference& difference) const {
    return o_.assessment.scores[difference.score];
  }

  Gate gate_of(const EpisodeDifference& difference) const { return alert_gate(o_.assessment, difference.score); }
  bool is_met_now(const EpisodeDifference& difference) const {
    return o_.state.at.known() && score_of(difference).status == Status::met;
  }
  /// The evaluation that shows that it is met: the newest if it is, else the first of the episode.
  Timestamp shown(const EpisodeDifference& difference) const {
    return is_met_now(difference) ? o_.assessment.at : episode_of(difference).onset;
  }

  static EpisodeEvent event(const EpisodeDifference& difference, AlertKind kind, Timestamp at) {
    EpisodeEvent made;
    made.kind = kind;
    made.score = difference.score;
    made.episode = difference.episode;
    made.at = at;
    return made;
  }

  void send(EpisodeEvent made) {
    const bool by_rules = !o_.by_rules.empty() && o_.by_rules[made.score];
    if (by_rules && made.priority != Priority::passive) {
      made.priority = Priority::passive;
      made.quiet = Quiet::rule_set;
    }
    plan_.events.push_back(std::move(made));
  }
  void withhold(EpisodeEvent made, Quiet why) {
    made.quiet = why;
    plan_.withheld.push_back(std::move(made));
  }

  void begin(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    const CriterionScore& score = score_of(difference);
    const Tier tier = standing_of(o_.policy, score.criterion->id, facts_).tier;
    const bool is_new = difference.kind == Kind::begun;
    if (!is_running(episode)) {
      if (is_new) withhold(event(difference, AlertKind::onset, episode.onset), Quiet::retrospective);
      return;
    }
    const Timestamp at = shown(difference);
    EpisodeEvent made = event(difference, AlertKind::onset, at);
    if (tier == Tier::none) {
      if (is_new) withhold(made, Quiet::not_primary);
      return;
    }
    const Duration age = age_of(o_, at);
    if (episode.state == EpisodeState::resolving || age > o_.policy.late) {
      if (is_new) withhold(made, Quiet::retrospective);
      return;
    }
    if (!in_course(o_.policy, o_.state, at)) forget_spent();
    made.late = age >= o_.policy.live;
    made.priority = onset_priority(o_, plan_, tier, made);
    mark(episode, kEpisodePublished);
    const bool gate_open = gate_of(difference) == Gate::unconfirmed;
    if (gate_open) mark(episode, kGateOpen);
    if (made.quiet == Quiet::gate_unconfirmed) mark(episode, kQuietByGate);
    made.gate_was_open = gate_open;
    told_.note(episode, difference.score, at);
    send(std::move(made));
  }

  void forget_spent() {
    for (CriterionCourse& course : o_.state.courses) course.marks &= static_cast<std::uint8_t>(~unsigned{kTierSpent});
  }

  void take_back(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    if (!marked(episode, kEpisodePublished)) return;
    if (marked(episode, kEpisodeInterruptive)) {
      // It has alarmed somebody wrongly: the next onset interrupts again.
      course_of(o_.state, episode.criterion).marks &= static_cast<std::uint8_t>(~unsigned{kTierSpent});
    }
    const Timestamp at = episode.told.empty() ? episode.onset : episode.told.back().at;
    EpisodeEvent made = event(difference, AlertKind::retraction, at);
    for (const Told& told : episode.told) {
      if (told.at != at) made.corrects.push_back(told.at);
    }
    episode.told.clear();
    const bool was_loud = marked(episode, kEpisodeInterruptive) || marked(episode, kEpisodeTask);
    made.priority = was_loud ? Priority::task : Priority::passive;
    send(std::move(made));
  }

  void end(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    const bool resolved = difference.course.ended_by == EndedBy::confirmation;
    EpisodeEvent made =
        event(difference, resolved ? AlertKind::resolution : AlertKind::closure, difference.course.ended);
    if (!resolved) made.cause = Cause::excluded;
    show(episode, made);
  }

  /// Sends an alert that shows the evaluation at `made.at`, and what else was shown and has other numbers now.
  void show(Episode& episode, EpisodeEvent& made) {
    made.corrects = changed_;
    std::erase(made.corrects, made.at);
    made.told_extremes = episode.told_extremes;
    told_.note(episode, made.score, made.at);
    send(std::move(made));
  }

  void relapse(const EpisodeDifference& difference) {
    // Its Flag says that it is over.
    if (!worsen(difference, {shown(difference), Cause::relapse})) {
      amend(difference, Cause::resumed, o_.assessment.at);
    }
  }

  /// Whether it is told.
  bool worsen(const EpisodeDifference& difference, const Worse& worse) {
    EpisodeEvent made = event(difference, AlertKind::worsening, worse.at);
    made.cause = worse.cause;
    if (age_of(o_, made.at) > o_.policy.late) {
      withhold(made, Quiet::retrospective);
      return false;
    }
    made.quiet = is_deceased(o_.state) ? Quiet::deceased : Quiet::none;
    made.priority = made.quiet == Quiet::none ? Priority::task : Priority::passive;
    show(episode_of(difference), made);
    return true;
  }

  void amend(const EpisodeDifference& difference, Cause cause, Timestamp at) {
    EpisodeEvent made = event(difference, AlertKind::amendment, at);
    made.cause = cause;
    if (cause == Cause::gate_lost && alarmed_by_gate(episode_of(difference))) made.priority = Priority::task;
    show(episode_of(difference), made);
  }

  /// It was loud, which it would not have been had its gate been open.
  bool alarmed_by_gate(const Episode& episode) const {
    const std::vector<std::string>& passive = o_.policy.passive_unconfirmed;
    const bool was_loud = marked(episode, kEpisodeInterruptive) || marked(episode, kEpisodeTask);
    return was_loud && std::ranges::find(passive, episode.criterion) != passive.end();
  }

  /// An episode that goes on, or is over as it was.
  void go_on(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    if (has_lost_gate(difference)) {
      mark(episode, kGateOpen);
      return amend(difference, Cause::gate_lost, shown(difference));
    }
    if (difference.moved) return amend(difference, Cause::onset_moved, shown(difference));
    if (is_running(episode) && is_met_now(difference) && go_on_met(difference)) return;
    if (difference.end_moved) return amend(difference, Cause::numbers, episode.since);
    if (!o_.correction) told_.follow(episode, difference.score);
    if (changed_.empty()) {
      if (is_running(episode)) withhold_resolution(difference);
      return;
    }
    // A Flag that stands says what holds now.
    const bool holds = is_running(episode) && is_met_now(difference);
    if (holds) return amend(difference, Cause::numbers, o_.assessment.at);
    EpisodeEvent made = event(difference, AlertKind::amendment, changed_.back());
    made.cause = Cause::numbers;
    made.corrects = changed_;
    made.corrects.pop_back();
    send(std::move(made));
  }

  /// What there is to tell while it is met, besides corrections; whether there was anything.
  bool go_on_met(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    const bool confirmed = marked(episode, kGateOpen) && gate_of(difference) == Gate::confirmed;
    // An onset that is told again tells how bad it is too.
    const bool upgrade = confirmed && marked(episode, kQuietByGate);
    const Worse worse = upgrade ? Worse{} : find_worse(o_, told_, episode, difference.score);
    if (worse.cause != Cause::none) {
      const bool was_told = ToldEvaluations::has(episode, worse.at);
      if (!was_told && worsen(difference, worse)) return true;
      // The rest of a panel whose first part was told: it is one evaluation.
      if (was_told && !o_.correction) {
        amend(difference, worse.cause, worse.at);
        return true;
      }
    }
    if (confirmed) confirm_gate(difference);
    return confirmed;
  }

  /// What confirmed the gate was taken back. That it merely ends is no news.
  bool has_lost_gate(const EpisodeDifference& difference) {
    const Episode& episode = episode_of(difference);
    const bool open_now = o_.correction && !marked(episode, kGateOpen) && gate_of(difference) == Gate::unconfirmed;
    return open_now && told_.lack_gate(episode, difference.score);
  }

  void confirm_gate(const EpisodeDifference& difference) {
    Episode& episode = episode_of(difference);
    const bool upgrade = marked(episode, kQuietByGate);
    EpisodeEvent made = event(difference, upgrade ? AlertKind::onset : AlertKind::amendment, o_.assessment.at);
    made.cause = Cause::gate_confirmed;
    if (upgrade) {
      made.late = age_of(o_, made.at) >= o_.policy.live;
      made.priority = onset_priority(o_, plan_, standing_of(o_.policy, episode.criterion, facts_).tier, made);
    }
    unmark(episode, kGateOpen);
    unmark(episode, kQuietByGate);
    show(episode, made);
  }

  /// Says why an evaluation below the cut has not resolved it.
  void withhold_resolution(const EpisodeDifference& difference) {
    const CriterionScore& score = score_of(difference);
    if (!o_.state.at.known() || score.status != Status::not_met) return;
    const CriterionCourse& course = course_of(o_.state, score.criterion->id);
    Unproven why = Unproven::nothing;
    const Touched touched = touched_at(o_.state, o_.assessment.at, o_.state.before_folded);
    read_score(o_.policy, o_.state, o_.assessment, difference.score, course.base, touched, &why);
    constexpr std::array kWhy = {Quiet::unconfirmed, Quiet::not_new, Quiet::no_panel, Quiet::transfusion};
    withhold(event(difference, AlertKind::resolution, o_.assessment.at), kWhy.at(static_cast<std::size_t>(why)));
  }

  const Occasion& o_;
  AlertPlan& plan_;
  const KnownFacts& facts_;
  ToldEvaluations told_;
  std::vector<Timestamp> changed_;  ///< evaluations shown of the episode at hand that have other numbers now
};

}  // namespace

void publish_differences(const Occasion& occasion, const std::vector<EpisodeDifference>& differences, AlertPlan& plan) {
  if (differences.empty()) return;
  // In the order of precedence, since an onset may take the interruption of its tier from the next.
  const KnownFacts& facts = occasion.assessment.facts;
  std::vector<const EpisodeDifference*> ordered;
  ordered.reserve(differences.size());
  for (const EpisodeDifference& difference : differences) ordered.push_back(&difference);
  std::ranges::stable_sort(ordered, {}, [&](const EpisodeDifference* difference) {
    const std::size_t rank = standing_of(occasion.policy, occasion.rules.criteria[difference->score].id, facts).rank;
    return std::tuple(difference->kind != Kind::gone, rank);
  });
  Publisher publisher(occasion, plan);
  for (const EpisodeDifference* difference : ordered) publisher.tell(*difference);
}

}  // namespace coagwatch::rules
