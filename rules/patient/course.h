#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/patient/decision.h"
#include "rules/values/timestamp.h"

// What is kept of a patient's episodes between records. The rules that move it are in rules/episodes/.
namespace coagwatch::rules {

/// Where a criterion's course stands after an evaluation. Numbers are part of the changelog format.
enum class Stage : std::uint8_t {
  none = 0,
  watched = 1,    ///< met by vital signs alone, and not yet for long enough
  probable = 2,   ///< met by values that are too far apart in time
  open = 3,       ///< in an episode
  resolving = 4,  ///< in an episode, below the cut once
};

/// First extremes of an episode. Bit positions are part of the changelog format.
enum Extreme : std::uint8_t {
  kPlateletsBelow50 = 1,
  kPlateletsAtMost30 = 2,
  kFibrinogenBelow1 = 4,
  kGroup4 = 8,
};

/// Why an episode is over. Numbers are part of the changelog format.
enum class EndedBy : std::uint8_t { nothing = 0, confirmation = 1, exclusion = 2, departure = 3 };

/// The memory of the episode machine for one criterion: a pure function of the evaluations so far.
struct Course {
  Stage stage = Stage::none;
  EndedBy ended_by = EndedBy::nothing;
  std::uint8_t extremes = 0;               ///< Extreme bits seen since the onset
  std::int16_t peak = 0;                   ///< greatest minimum since the onset
  Timestamp since = Timestamp::none();     ///< when the stage began; none() of Stage::none
  Timestamp onset = Timestamp::none();     ///< of the episode that runs, or else ended last
  Timestamp reopened = Timestamp::none();  ///< its last relapse
  Timestamp ended = Timestamp::none();     ///< when it ended; none() while it runs
  Timestamp last_met = Timestamp::none();  ///< last evaluation that was met
  Timestamp panel = Timestamp::none();     ///< last evaluation with a full panel, since the onset
  friend bool operator==(const Course&, const Course&) = default;
};

/// Whether an episode runs.
inline bool is_running(const Course& course) { return course.stage == Stage::open || course.stage == Stage::resolving; }

/// Marks of a criterion's course; bit positions are part of the changelog format.
enum CourseMark : std::uint8_t {
  kTierSpent = 1,  ///< an onset of this criterion has interrupted in the patient's present course
  kCarried = 2,    ///< that was under another key of his; in the record that merges them only
};

/// One criterion's course: what late and corrected results are folded again from, and what came of it.
struct CriterionCourse {
  std::string criterion;     ///< `isth-2001`
  Course frozen;             ///< after the evaluations up to PatientState::frozen_at
  Course base;               ///< after those before PatientState::folded_at
  Course current;            ///< after all
  std::uint32_t number = 0;  ///< of the last episode, for display
  /// Alert records written for this criterion so far. Never starts again, so that an onset that is retracted and
  /// then comes back with the same collection time does not write the same record identifier twice.
  std::uint32_t sequence = 0;
  std::uint8_t marks = 0;  ///< CourseMark bits
};

/// An evaluation that an alert has shown, and that is shown again when its numbers change.
struct Told {
  Timestamp at = Timestamp::none();  ///< clinical time
  std::uint64_t evidence = 0;        ///< fingerprint of status, points and values (evidence.h)
  std::int16_t min = 0;              ///< points that it surely had, as they were shown last
  bool corrected = false;            ///< it was shown with other numbers before
  bool by_reminder = false;          ///< only a reminder has shown it, which is no news of it
  friend bool operator==(const Told&, const Told&) = default;
};
/// Of more, the second oldest is forgotten: the onset and the latest ones stay.
inline constexpr std::size_t kMaxTold = 8;

/// Where an episode stands (status record); `none`: it was over, and is part of another one now. Numbers are part of
/// the changelog format.
enum class EpisodeState : std::uint8_t { none = 0, open = 1, resolving = 2, closed = 3, retracted = 4 };

/// Marks of an episode; bit positions are part of the changelog format.
enum EpisodeMark : std::uint8_t {
  kEpisodePublished = 1,     ///< its onset was published; only then is anything else of it
  kEpisodeInterruptive = 2,  ///< its onset interrupted
  kEpisodeTask = 4,          ///< its onset was a task, or something after it was
  kGateOpen = 8,             ///< it was published with an unconfirmed gate
  kQuietByGate = 16,         ///< and for that reason passively
};

/// One episode of one criterion, as it was shown last.
struct Episode {
  std::string criterion;     ///< `isth-2001`
  std::uint32_t number = 0;  ///< 1 for the first, for display
  EpisodeState state = EpisodeState::none;
  std::uint8_t marks = 0;                     ///< EpisodeMark bits
  std::uint8_t told_extremes = 0;             ///< Extreme bits that an alert has told
  std::int16_t peak = 0;                      ///< greatest minimum since the onset
  std::int16_t told_min = 0;                  ///< greatest minimum that an alert has told
  Timestamp first_onset = Timestamp::none();  ///< collection time of the onset at first publication: the identity
  Timestamp onset = Timestamp::none();        ///< as results stand; a correction may move it
  Timestamp since = Timestamp::none();        ///< when the present state began (clinical time)
  /// The earliest collection time within 24 h before the onset at which a platelet fall that came to light only later
  /// would have met the criterion (retro_credit.h); none() where there is none. Evidence for the status record alone.
  Timestamp retro_since = Timestamp::none();
  std::vector<Told> told;  ///< evaluations that alerts have shown, the last one last; at most kMaxTold
  friend bool operator==(const Episode&, const Episode&) = default;
};

/// Whether the episode has begun and not ended.
inline bool is_running(const Episode& episode) {
  return episode.state == EpisodeState::open || episode.state == EpisodeState::resolving;
}

/// The notices that wait for a panel to be complete, and are sent once a day. Order and numbers are part of the
/// changelog format.
enum class NoticeKind : std::uint8_t { probable = 0, pre = 1, missing_test = 2, trend = 3 };
inline constexpr std::size_t kNoticeKindCount = 4;

/// One kind of notice to one patient.
struct Notice {
  Timestamp due = Timestamp::none();      ///< when it has settled, if it still holds; none() while there is nothing
  Timestamp sent = Timestamp::none();     ///< processing time when it was sent last
  Timestamp told_at = Timestamp::none();  ///< clinical time that it told of
  std::string criterion;                  ///< that it led with
  friend bool operator==(const Notice&, const Notice&) = default;
};

/// What is kept about reminders and bundles of one patient.
struct Attention {
  std::array<Notice, kNoticeKindCount> notices;
  Timestamp reminder = Timestamp::none();       ///< when a re-evaluation is due; none(): no reminder is to come
  std::uint8_t reminded = 0;                    ///< reminders since the last new result
  Timestamp group = Timestamp::none();          ///< clinical time of the first alert of the present bundle
  std::uint32_t group_number = 0;               ///< tells bundles of one time apart
  Priority group_priority = Priority::passive;  ///< the loudest of its alerts
  Timestamp alerted = Timestamp::none();        ///< processing time of the last alert
  Timestamp seen = Timestamp::none();           ///< processing time of the last record that changed anything
  Timestamp leave = Timestamp::none();          ///< when he is watched no more (departure.h)
  Timestamp left = Timestamp::none();           ///< the departure after which he was
  friend bool operator==(const Attention&, const Attention&) = default;
};

}  // namespace coagwatch::rules
