#pragma once

#include <cstddef>
#include <vector>

#include "rules/episodes/policy.h"
#include "rules/episodes/reading.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// So far behind the newest result the courses freeze.
inline constexpr Duration kRefold = Duration::hours(96);

/// One episode as the results in force have it.
struct Span {
  std::size_t score = 0;  ///< index into the rule set's criteria
  Course course;          ///< as it stands now, or stood when the episode was over
};

/// What a fold found.
struct TimelineResult {
  /// The episodes that the fold is sure about, in the order of (score, onset); also those of criteria that were not
  /// evaluated, where everything was folded again.
  std::vector<Span> spans;
  std::vector<bool> folded;            ///< by criterion: its spans are there
  Timestamp from = Timestamp::none();  ///< what began at or before this is not decided anew
};

/// The time line of a patient's episodes: a fold of the results in force, in the order of collection, over the episode
/// machine. So the order in which results arrive, are corrected and taken back does not matter, as far as the window
/// keeps them.
///
/// Results are kept for one window of at least seven days, and an evaluation looks back up to 72 h (a trend of 48 h
/// from a value that is 24 h old). So the courses freeze 96 h behind the patient's newest result, before the window
/// that the one before it had is dropped (window.h). What comes or changes that is older leaves them as they are.
///
/// Not thread-safe. Keeps its buffers.
class Timeline {
 public:
  /// `rules` and `policy` must outlive a call of fold().
  /// Brings `state.courses` up to date after a change. `latest` is the assessment at `state.at`. `earliest` is the
  /// first collection time of what changed; none() means everything is to be folded again.
  const TimelineResult& fold(const RuleSet& rules, const AlertPolicy& policy, PatientState& state,
                             const Assessment& latest, Timestamp earliest);

  /// Freezes what was judged before the newest collection time, since another rule set judges from now on: what was
  /// told by the old one stands. fold() must follow, with no `earliest`.
  static void keep_judgements(PatientState& state);

 private:
  struct Run;
  void freeze(const Run& run);
  void fold_on(const Run& run, const Assessment& latest);
  void fold_again(const Run& run);
  void step(const Run& run, const Assessment& assessment, Timestamp before);
  void report_folded(const Run& run);
  void report(std::size_t score, const Course& course);

  TimelineResult result_;
  Assessment scratch_;
  std::vector<Timestamp> times_;
};

/// The measures of which a usable result was collected at exactly `at`, and whether a fact began or ended after
/// `before` and not after `at`.
Touched touched_at(const PatientState& state, Timestamp at, Timestamp before);

}  // namespace coagwatch::rules
