#include "rules/episodes/notices.h"

#include <algorithm>
#include <array>
#include <span>

#include "rules/episodes/alert_gate.h"
#include "rules/episodes/departure.h"
#include "rules/episodes/tiers.h"
#include "rules/episodes/told_evaluations.h"
#include "rules/episodes/trends.h"

namespace coagwatch::rules {
namespace {

constexpr std::array kKinds = {AlertKind::probable, AlertKind::pre, AlertKind::missing_test, AlertKind::trend};

Priority priority_of(NoticeKind kind) {
  return kind == NoticeKind::probable || kind == NoticeKind::missing_test ? Priority::task : Priority::passive;
}

const CriterionCourse* find_course(const PatientState& state, const std::string& criterion) {
  const auto it = std::ranges::lower_bound(state.courses, criterion, {}, &CriterionCourse::criterion);
  return it != state.courses.end() && it->criterion == criterion ? &*it : nullptr;
}

/// Exactly one item is open, and a test would close it.
bool lacks_one_test(const CriterionScore& score) {
  if (score.status != Status::indeterminate) return false;
  std::size_t open = 0;
  for (const ItemScore& item : score.items) {
    if (item.min == item.max) continue;
    if (!item.item->facts.empty()) return false;
    ++open;
  }
  return open == 1;
}

/// What there is to say now.
class Candidates {
 public:
  explicit Candidates(const Occasion& occasion)
      : o_(occasion), primary_(primary_criteria(occasion.policy, occasion.rules, occasion.assessment.facts)) {
    screened_ = is_met(o_.policy.screen);
  }

  /// The criterion that leads a notice of that kind, if there is something to say.
  [[nodiscard]] std::optional<std::size_t> find(NoticeKind kind) const {
    switch (kind) {
      case NoticeKind::probable:
        return first_primary([this](const CriterionScore& score) { return is_probable(score); });
      case NoticeKind::missing_test:
        return first_primary(lacks_one_test);
      case NoticeKind::pre:
        return find_pre();
      case NoticeKind::trend:
        break;
    }
    return trends().empty() || primary_.empty() ? std::nullopt : std::optional(primary_.front());
  }

  /// Whether an episode of a primary criterion runs that was told.
  [[nodiscard]] bool in_episode() const {
    return std::ranges::any_of(o_.state.episodes, [](const Episode& episode) {
      return is_running(episode) && (episode.marks & kEpisodePublished) != 0;
    });
  }
  /// The episode that leads of those.
  [[nodiscard]] const Episode* leading_episode() const {
    for (const std::size_t i : primary_) {
      for (const Episode& episode : o_.state.episodes) {
        const bool told = is_running(episode) && (episode.marks & kEpisodePublished) != 0;
        if (told && episode.criterion == o_.rules.criteria[i].id) return &episode;
      }
    }
    return nullptr;
  }

 private:
  [[nodiscard]] bool is_met(const std::string& criterion) const {
    return std::ranges::any_of(o_.assessment.scores, [&](const CriterionScore& score) {
      return score.criterion->id == criterion && score.status == Status::met;
    });
  }
  [[nodiscard]] bool is_gated(std::size_t i) const {
    return screened_ || alert_gate(o_.assessment, i) == Gate::confirmed;
  }
  [[nodiscard]] std::vector<AdverseTrend> trends() const { return trends_of(o_.policy, o_.state, o_.assessment.at); }

  template <typename Holds>
  std::optional<std::size_t> first_primary(const Holds& holds) const {
    for (const std::size_t i : primary_) {
      const CriterionScore& score = o_.assessment.scores[i];
      if (score.gate != Gate::excluded && is_gated(i) && holds(score)) return i;
    }
    return std::nullopt;
  }

  /// Met by values that are too far apart; or at most one point is missing and the open items can give it; or the grade
  /// below the worst.
  [[nodiscard]] bool is_probable(const CriterionScore& score) const {
    const CriterionCourse* course = find_course(o_.state, score.criterion->id);
    if (course != nullptr && course->current.stage == Stage::probable) return true;
    const std::int16_t cut = score.table->met.cut;
    if (score.status == Status::indeterminate && score.max >= cut && score.min >= cut - 1) return true;
    return score.status != Status::met && !score.table->grades.empty() && score.grade_low > 0;
  }

  [[nodiscard]] std::optional<std::size_t> find_pre() const {
    for (const PreRule& rule : o_.policy.pre) {
      for (std::size_t i = 0; i < o_.assessment.scores.size(); ++i) {
        const CriterionScore& score = o_.assessment.scores[i];
        if (score.criterion->id != rule.criterion || score.gate == Gate::excluded || score.min < rule.from) continue;
        if (primary_.empty() || !is_gated(i)) continue;
        const bool told_otherwise = score.status == Status::met && score.criterion->id != o_.policy.screen;
        if (told_otherwise || (rule.needs_trend && trends().empty())) continue;
        return i;
      }
    }
    return std::nullopt;
  }

  const Occasion& o_;
  std::vector<std::size_t> primary_;
  bool screened_ = false;
};

EpisodeEvent notice_event(const Occasion& occasion, NoticeKind kind, std::size_t score) {
  EpisodeEvent event;
  event.kind = kKinds.at(static_cast<std::size_t>(kind));
  event.priority = priority_of(kind);
  event.score = score;
  event.at = occasion.assessment.at;
  event.gate_was_open = occasion.assessment.scores[score].gate == Gate::unconfirmed;
  return event;
}

void withhold(const Occasion& occasion, NoticeKind kind, std::size_t score, Quiet why, AlertPlan& plan) {
  EpisodeEvent event = notice_event(occasion, kind, score);
  event.quiet = why;
  plan.withheld.push_back(std::move(event));
}

/// Why there is nothing to wait for, although there is something to say.
Quiet why_not(const Occasion& occasion, const Candidates& candidates, const Notice& notice) {
  const Timestamp now = occasion.now;
  if (candidates.in_episode()) return Quiet::episode_open;
  if (now.known() && now - occasion.assessment.at > occasion.policy.live) return Quiet::retrospective;
  if (notice.sent.known() && now - notice.sent < occasion.policy.notice_gap) return Quiet::told_today;
  // What was told already is not news.
  return notice.told_at == occasion.assessment.at ? Quiet::told_today : Quiet::none;
}

/// The next of the times that lie whole periods after the last full panel.
Timestamp reminder_time(const Occasion& occasion, const Episode& episode) {
  const CriterionCourse* course = find_course(occasion.state, episode.criterion);
  const bool panel = course != nullptr && course->current.panel.known();
  const Timestamp from = panel ? std::max(course->current.panel, episode.onset) : episode.onset;
  const std::int64_t period = occasion.policy.re_evaluation.micros;
  const Timestamp now = occasion.now.known() ? std::max(occasion.now, from) : from;
  return from + Duration{((now - from).micros / period + 1) * period};
}

/// Whether a laboratory measured anything of the criterion, so that whoever was reminded has seen to it; or an episode
/// has begun, of which nobody was reminded. What was cancelled is no news.
bool is_news(const Occasion& occasion, const AlertPlan& plan, const std::string& criterion) {
  const auto begins = [](const EpisodeEvent& event) { return event.kind == AlertKind::onset; };
  if (std::ranges::any_of(plan.events, begins)) return true;
  const auto found = std::ranges::find(occasion.rules.criteria, criterion, &Criterion::id);
  const auto measures = laboratory_measures() & found->scores & occasion.changed;
  return measures.any() && std::ranges::any_of(occasion.state.results, [&](const StoredResult& stored) {
           return measures[index(stored.lab.measure)] && stored.lab.at >= occasion.earliest &&
                  stored.lab.unusable == Unusable::none;
         });
}

void set_reminder(const Occasion& occasion, const Candidates& candidates, const AlertPlan& plan) {
  Attention& attention = occasion.state.attention;
  const bool none = occasion.policy.reminders == 0 || departed_at(occasion.state).known();
  const Episode* episode = none ? nullptr : candidates.leading_episode();
  if (episode == nullptr || is_news(occasion, plan, episode->criterion)) attention.reminded = 0;
  const bool more = episode != nullptr && attention.reminded < occasion.policy.reminders;
  attention.reminder = more ? reminder_time(occasion, *episode) : Timestamp::none();
}

/// Takes a notice back that a correction has left without ground.
void review_told(const Occasion& occasion, NoticeKind kind, Notice& notice, AlertPlan& plan) {
  if (!occasion.correction || !notice.told_at.known() || notice.told_at <= occasion.state.frozen_at) return;
  const auto found = std::ranges::find(occasion.rules.criteria, notice.criterion, &Criterion::id);
  if (found == occasion.rules.criteria.end()) return;
  Assessment then;
  assess(occasion.rules, occasion.state, notice.told_at, then);
  const Occasion past{occasion.rules, occasion.policy, occasion.state, then, occasion.now, false, occasion.by_rules};
  if (Candidates(past).find(kind)) return;
  const auto score = static_cast<std::size_t>(found - occasion.rules.criteria.begin());
  EpisodeEvent event = notice_event(occasion, kind, score);
  event.kind = AlertKind::retraction;
  event.at = notice.told_at;
  const bool also = std::ranges::any_of(plan.events, [&](const EpisodeEvent& other) { return other.score == score; });
  if (!also) plan.events.push_back(std::move(event));
  notice = Notice{};
}

/// Whether facts that began after the newest result exclude the criterion: then nobody need measure it again, and the
/// next result closes the episode.
bool is_excluded_now(const Occasion& occasion, const std::string& criterion) {
  Assessment now;
  assess(occasion.rules, occasion.state, occasion.now, now);
  return std::ranges::any_of(now.scores, [&](const CriterionScore& score) {
    return score.criterion->id == criterion && score.gate == Gate::excluded;
  });
}

}  // namespace

void set_notices(const Occasion& occasion, AlertPlan& plan) {
  Attention& attention = occasion.state.attention;
  const bool nothing = !occasion.state.at.known() || departed_at(occasion.state).known();
  const Candidates candidates(occasion);
  for (std::size_t i = 0; i < kNoticeKindCount; ++i) {
    const auto kind = static_cast<NoticeKind>(i);
    Notice& notice = attention.notices[i];
    review_told(occasion, kind, notice, plan);
    const std::optional<std::size_t> score = nothing ? std::nullopt : candidates.find(kind);
    if (!score) {
      notice.due = Timestamp::none();
      continue;
    }
    if (const Quiet why = why_not(occasion, candidates, notice); why != Quiet::none) {
      notice.due = Timestamp::none();
      withhold(occasion, kind, *score, why, plan);
      continue;
    }
    if (!notice.due.known() && occasion.now.known()) notice.due = occasion.now + occasion.policy.settling;
    withhold(occasion, kind, *score, Quiet::settling, plan);
  }
  set_reminder(occasion, candidates, plan);
}

Timestamp next_timer(const PatientState& state) {
  Timestamp next = state.attention.leave;
  if (const Timestamp reminder = state.attention.reminder; reminder.known()) {
    next = next.known() ? std::min(next, reminder) : reminder;
  }
  for (const Notice& notice : state.attention.notices) {
    if (notice.due.known()) next = next.known() ? std::min(next, notice.due) : notice.due;
  }
  return next;
}

void run_timers(const Occasion& occasion, AlertPlan& plan) {
  Attention& attention = occasion.state.attention;
  const Candidates candidates(occasion);
  for (std::size_t i = 0; i < kNoticeKindCount; ++i) {
    Notice& notice = attention.notices[i];
    if (!notice.due.known() || notice.due > occasion.now) continue;
    notice.due = Timestamp::none();
    const auto kind = static_cast<NoticeKind>(i);
    const std::optional<std::size_t> score = candidates.find(kind);
    if (!score) continue;
    notice.sent = occasion.now;
    notice.told_at = occasion.assessment.at;
    notice.criterion = occasion.rules.criteria[*score].id;
    // One score of one time is one resource: the kind that goes before says it.
    const bool also =
        std::ranges::any_of(plan.events, [&](const EpisodeEvent& other) { return other.score == *score; });
    if (!also) plan.events.push_back(notice_event(occasion, kind, *score));
  }
  if (!attention.reminder.known() || attention.reminder > occasion.now) return;
  const Episode* episode = candidates.leading_episode();
  attention.reminder = Timestamp::none();
  if (episode == nullptr || is_excluded_now(occasion, episode->criterion)) return;
  ++attention.reminded;
  if (attention.reminded < occasion.policy.reminders) attention.reminder = reminder_time(occasion, *episode);
  const auto found = std::ranges::find(occasion.rules.criteria, episode->criterion, &Criterion::id);
  EpisodeEvent event;
  event.kind = AlertKind::re_evaluation_due;
  event.priority = Priority::task;
  event.score = static_cast<std::size_t>(found - occasion.rules.criteria.begin());
  event.episode = static_cast<std::size_t>(episode - occasion.state.episodes.data());
  event.at = occasion.assessment.at;
  ToldEvaluations(occasion).note_reminder(occasion.state.episodes[*event.episode], event.score, event.at);
  plan.events.push_back(std::move(event));
}

}  // namespace coagwatch::rules
