#pragma once

#include <optional>
#include <vector>

#include "rules/episodes/publication.h"

namespace coagwatch::rules {

/// The evaluations that alerts have shown of an episode (Episode::told), and which of them have other numbers now.
///
/// Lives as long as one record is published. Not thread-safe.
class ToldEvaluations {
 public:
  explicit ToldEvaluations(const Occasion& occasion) : o_(occasion) {}

  /// Notes that an alert shows the evaluation at `at`: its points and extremes are told.
  void note(Episode& episode, std::size_t score, Timestamp at);
  /// Notes that a reminder shows it: it will be followed, and nothing of it is told.
  void note_reminder(Episode& episode, std::size_t score, Timestamp at);
  /// Whether an alert, other than a reminder, has shown the evaluation at `at`.
  static bool has(const Episode& episode, Timestamp at);
  /// Those that have other numbers now; their fingerprints are brought up to date, and what was told of points and
  /// extremes with them. Nothing but a correction makes any, and not of what is frozen: what that looked back on may be
  /// gone.
  std::vector<Timestamp> changed(Episode& episode, std::size_t score);
  /// Whether the gate is confirmed at none of them, of those that are not frozen; false where all are.
  bool lack_gate(const Episode& episode, std::size_t score);
  /// Nothing was corrected: what came to an evaluation, as the rest of its panel, is no correction later either.
  void follow(Episode& episode, std::size_t score);
  /// The patient's assessment at a time, as results stand. Valid until the next call.
  const Assessment& assessment_at(Timestamp at);

 private:
  /// What was told is as bad as the evaluations in force that were shown: what a correction has taken away may be told
  /// again. Not where some of them are not known any more.
  void review(Episode& episode, std::size_t score);
  std::uint64_t evidence_at(std::size_t score, Timestamp at);

  const Occasion& o_;
  std::optional<Assessment> past_;  ///< the last one asked for
};

}  // namespace coagwatch::rules
