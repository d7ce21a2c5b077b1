#include "rules/episodes/episode_record.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "rules/episodes/retro_credit.h"
#include "rules/scoring/derived_values.h"

namespace coagwatch::rules {
namespace {

using Kind = EpisodeDifference::Kind;

// Of one criterion; a state is bounded.
constexpr std::size_t kMaxEpisodes = 8;
constexpr Timestamp kNever{std::numeric_limits<std::int64_t>::max()};

bool by_place(const Episode& a, const Episode& b) {
  return a.criterion != b.criterion ? a.criterion < b.criterion : a.number < b.number;
}

Timestamp end_of(const Episode& episode) { return is_running(episode) ? kNever : episode.since; }
Timestamp end_of(const Course& course) { return course.ended.known() ? course.ended : kNever; }

bool overlap(const Episode& episode, const Course& course) {
  return episode.onset <= end_of(course) && course.onset <= end_of(episode);
}

/// Whether the episode began in the course, as results stood last.
bool begins_in(const Episode& episode, const Course& course) {
  return course.onset <= episode.onset && episode.onset < end_of(course);
}

/// Whether the evaluation that an episode was first published by is part of the course.
bool lies_in(const Episode& episode, const Course& course) {
  return course.onset <= episode.first_onset && episode.first_onset < end_of(course);
}

EpisodeState state_of(const Course& course) {
  if (course.ended.known()) return EpisodeState::closed;
  return course.stage == Stage::resolving ? EpisodeState::resolving : EpisodeState::open;
}

Kind kind_of(const Episode& before, const Course& course) {
  const bool runs = !course.ended.known();
  if (is_running(before)) return runs ? Kind::same : Kind::ended;
  if (!runs) return Kind::same;
  return course.reopened.known() && course.reopened > before.since ? Kind::relapsed : Kind::resumed;
}

void follow(const Course& course, Episode& episode) {
  episode.state = state_of(course);
  episode.onset = course.onset;
  episode.since = course.ended.known() ? course.ended : course.since;
  episode.peak = course.peak;
}

/// Whether an episode of the same criterion that counts began later.
bool is_followed(const PatientState& state, const Episode& episode) {
  return std::ranges::any_of(state.episodes, [&](const Episode& other) {
    return other.criterion == episode.criterion && other.state != EpisodeState::retracted &&
           other.onset > episode.onset;
  });
}

/// Drops episodes that nothing can change any more, but the last of each criterion; and of too many the oldest.
/// `differences` follow.
void forget_old(PatientState& state, std::vector<EpisodeDifference>& differences) {
  const auto drop = [&](std::size_t i) {
    state.episodes.erase(state.episodes.begin() + static_cast<std::ptrdiff_t>(i));
    std::erase_if(differences, [i](const EpisodeDifference& difference) { return difference.episode == i; });
    for (EpisodeDifference& difference : differences) {
      if (difference.episode > i) --difference.episode;
    }
  };
  std::size_t of_criterion = 0;
  for (std::size_t i = state.episodes.size(); i-- > 0;) {
    const Episode& episode = state.episodes[i];
    if (i + 1 == state.episodes.size() || state.episodes[i + 1].criterion != episode.criterion) of_criterion = 0;
    // A departure freezes at once; the course of which it was the end goes on for a while.
    const bool over = !is_running(episode) && episode.since <= std::min(state.frozen_at, state.at - kRefold);
    const bool needless = episode.state == EpisodeState::retracted || is_followed(state, episode);
    const bool news = std::ranges::any_of(differences, [i](const EpisodeDifference& difference) {
      return difference.episode == i && difference.kind != Kind::same;
    });
    const bool untold_part = episode.state == EpisodeState::none && (episode.marks & kEpisodePublished) == 0;
    if (untold_part || (over && needless) || (of_criterion >= kMaxEpisodes && !is_running(episode) && !news)) {
      drop(i);
    } else {
      ++of_criterion;
    }
  }
}

/// Matches the episodes of one criterion.
class Recorder {
 public:
  Recorder(const RuleSet& rules, PatientState& state, const TimelineResult& timeline, bool correction,
           Timestamp earliest)
      : rules_(rules), state_(state), timeline_(timeline), correction_(correction), earliest_(earliest) {}

  /// `spans`: those of the criterion of that index.
  void record(std::size_t score, std::span<const Span> spans, std::vector<EpisodeDifference>& out) {
    const Criterion& criterion = rules_.criteria[score];
    matched_.assign(state_.episodes.size(), false);
    // Whose identity lies in an episode goes first: another one may overlap it too.
    std::vector<std::optional<std::size_t>> found;
    for (const Span& span : spans) found.push_back(take(published_in(criterion.id, span.course)));
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (!found[i]) found[i] = take(overlapping(criterion.id, spans[i].course));
    }
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (found[i]) update(criterion, score, spans[i].course, state_.episodes[*found[i]], out);
    }
    keep_parts(criterion.id, score, spans, out);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (!found[i]) begin(criterion, score, spans[i].course, out);
    }
    for (Episode& episode : state_.episodes) {
      const auto i = static_cast<std::size_t>(&episode - state_.episodes.data());
      const bool decided = episode.onset > timeline_.from && episode.state != EpisodeState::retracted;
      if (episode.criterion != criterion.id || matched_[i] || !decided) continue;
      episode.state = EpisodeState::retracted;
      episode.since = state_.at.known() ? std::max(state_.at, episode.onset) : episode.onset;
      episode.retro_since = Timestamp::none();
      out.push_back({Kind::gone, false, false, score, i, {}});
    }
  }

 private:
  std::optional<std::size_t> take(std::optional<std::size_t> i) {
    if (i) matched_[*i] = true;
    return i;
  }
  [[nodiscard]] bool is_free(std::size_t i, const std::string& criterion) const {
    const Episode& episode = state_.episodes[i];
    return episode.criterion == criterion && !matched_[i] && episode.state != EpisodeState::retracted;
  }

  /// One that was first published by an evaluation in it: one that runs, else the latest.
  [[nodiscard]] std::optional<std::size_t> published_in(const std::string& criterion, const Course& course) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < state_.episodes.size(); ++i) {
      const Episode& episode = state_.episodes[i];
      const bool published = (episode.marks & kEpisodePublished) != 0;
      if (!is_free(i, criterion) || !published || !lies_in(episode, course)) continue;
      const auto order = [&](const Episode& each) { return std::pair(is_running(each), each.first_onset); };
      if (!found || order(episode) > order(state_.episodes[*found])) found = i;
    }
    return found;
  }

  /// The one that began then, or else overlaps it.
  [[nodiscard]] std::optional<std::size_t> overlapping(const std::string& criterion, const Course& course) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < state_.episodes.size(); ++i) {
      const Episode& episode = state_.episodes[i];
      if (!is_free(i, criterion) || !overlap(episode, course)) continue;
      if (!found || episode.onset == course.onset) found = i;
    }
    return found;
  }

  /// What was over, and is part of another one now, is not taken back: its evaluations are met. It stays on record, for
  /// what was shown of it, and is shown no more.
  void keep_parts(const std::string& criterion, std::size_t score, std::span<const Span> spans,
                  std::vector<EpisodeDifference>& out) {
    for (std::size_t i = 0; i < state_.episodes.size(); ++i) {
      Episode& episode = state_.episodes[i];
      if (!is_free(i, criterion) || is_running(episode)) continue;
      const auto whole = std::ranges::find_if(
          spans, [&](const Span& span) { return lies_in(episode, span.course) || begins_in(episode, span.course); });
      if (whole == spans.end()) continue;
      episode.state = EpisodeState::none;
      matched_[i] = true;
      out.push_back({Kind::same, false, false, score, i, whole->course});
    }
  }

  void begin(const Criterion& criterion, std::size_t score, const Course& course, std::vector<EpisodeDifference>& out) {
    Episode made;
    made.criterion = criterion.id;
    made.number = ++course_of(state_, criterion.id).number;
    made.first_onset = course.onset;
    follow(course, made);
    made.retro_since = find_retro_since(rules_, criterion, state_, {course.onset, Timestamp::none()});
    const auto place = std::ranges::upper_bound(state_.episodes, made, by_place);
    const auto at = static_cast<std::size_t>(place - state_.episodes.begin());
    state_.episodes.insert(place, std::move(made));
    matched_.insert(matched_.begin() + static_cast<std::ptrdiff_t>(at), true);
    for (EpisodeDifference& difference : out) {
      if (difference.episode >= at) ++difference.episode;
    }
    out.push_back({Kind::begun, false, false, score, at, course});
  }

  void update(const Criterion& criterion, std::size_t score, const Course& course, Episode& episode,
              std::vector<EpisodeDifference>& out) {
    const Kind kind = kind_of(episode, course);
    const bool moved = episode.onset != course.onset;
    const bool end_moved = kind == Kind::same && !is_running(episode) && episode.since != course.ended;
    follow(course, episode);
    // Until it is told, it is known by its onset as results stand.
    if ((episode.marks & kEpisodePublished) == 0) episode.first_onset = course.onset;
    if (moved || correction_ || earliest_ <= episode.onset + platelet_look_back(rules_.site)) {
      review_retro_since(rules_, criterion, state_, state_.at, episode);
    }
    out.push_back({kind, moved, end_moved, score, static_cast<std::size_t>(&episode - state_.episodes.data()), course});
  }

  const RuleSet& rules_;
  PatientState& state_;
  const TimelineResult& timeline_;
  bool correction_;
  Timestamp earliest_;
  std::vector<bool> matched_;  ///< by index of the episode
};

}  // namespace

CriterionCourse& course_of(PatientState& state, const std::string& criterion) {
  return *std::ranges::lower_bound(state.courses, criterion, {}, &CriterionCourse::criterion);
}

void record_episodes(const RuleSet& rules, PatientState& state, const TimelineResult& timeline, bool correction,
                     Timestamp earliest, std::vector<EpisodeDifference>& differences) {
  differences.clear();
  if (state.episodes.empty() && timeline.spans.empty()) return;
  Recorder recorder(rules, state, timeline, correction, earliest);
  const std::span<const Span> all(timeline.spans);
  std::size_t first = 0;
  for (std::size_t i = 0; i < rules.criteria.size(); ++i) {
    std::size_t last = first;
    while (last < all.size() && all[last].score == i) ++last;
    if (timeline.folded[i]) recorder.record(i, all.subspan(first, last - first), differences);
    first = last;
  }
  forget_old(state, differences);
}

}  // namespace coagwatch::rules
