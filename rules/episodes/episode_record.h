#pragma once

#include <cstddef>
#include <vector>

#include "rules/episodes/timeline.h"

namespace coagwatch::rules {

/// How an episode on record differs from what the results in force say now.
struct EpisodeDifference {
  enum class Kind : std::uint8_t {
    same,      ///< nothing that an alert would tell by itself; points and extremes may be worse
    begun,     ///< new on record
    gone,      ///< no evaluation in force is met any more
    ended,     ///< it ran, and is over
    relapsed,  ///< it was over, and has begun again
    resumed,   ///< it was over by an evaluation that does not stand
  };
  Kind kind = Kind::same;
  bool moved = false;      ///< its onset is another one
  bool end_moved = false;  ///< it was over and is over, by another evaluation
  std::size_t score = 0;
  std::size_t episode = 0;  ///< index into the state's episodes
  Course course;            ///< as results stand; of what is gone, empty
};

/// Brings `state.episodes` up to date with what a fold found, and lists what has changed for those criteria that were
/// folded, also where nothing did. An episode is the one on record whose first published onset lies in it, else one
/// that overlaps it: its number and identity stay. Where several on record turn out to be one, that is one which runs,
/// else the latest, and the others, which were over, stay on record as parts of it (EpisodeState::none). `differences`
/// is overwritten, in the order of (score, episode).
void record_episodes(const RuleSet& rules, PatientState& state, const TimelineResult& timeline, bool correction,
                     Timestamp earliest, std::vector<EpisodeDifference>& differences);

/// The course of a criterion. REQUIRES: it has one.
CriterionCourse& course_of(PatientState& state, const std::string& criterion);

}  // namespace coagwatch::rules
