#include "daemon/report/score_history.h"

#include <algorithm>

namespace coagwatch::daemon {
namespace {

ScoreCell cell_of(const rules::CriterionScore& score) {
  if (score.criterion->result == rules::Criterion::Result::points) return {score.min, score.max, score.status};
  // A rule without points is drawn as one that has one.
  const auto point = [](bool yes) { return static_cast<std::int16_t>(yes ? 1 : 0); };
  return {point(score.status == rules::Status::met),
          point(score.status == rules::Status::met || score.status == rules::Status::indeterminate), score.status};
}

ScoreCell spanning(const ScoreCell& a, const ScoreCell& b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max), std::max(a.status, b.status)};
}

}  // namespace

void ScoreHistory::note(const rules::Assessment& assessment) {
  width_ = assessment.scores.size();
  while (!times_.empty() && times_.back() >= assessment.at) {
    times_.pop_back();
    cells_.resize(times_.size() * width_);
  }
  times_.push_back(assessment.at);
  for (const rules::CriterionScore& score : assessment.scores) cells_.push_back(cell_of(score));
  const std::size_t last = times_.size() - 1;
  if (last >= 2 && same(last - 1, last) && same(last - 2, last - 1)) {
    times_[last - 1] = times_[last];
    times_.pop_back();
    cells_.resize(times_.size() * width_);
  }
  if (times_.size() > kMost) thin();
}

bool ScoreHistory::same(std::size_t a, std::size_t b) const {
  const auto row = [this](std::size_t i) { return cells_.begin() + static_cast<std::ptrdiff_t>(i * width_); };
  return std::equal(row(a), row(a + 1), row(b));
}

void ScoreHistory::thin() {
  std::vector<rules::Timestamp> times;
  std::vector<ScoreCell> cells;
  for (std::size_t i = 0; i < times_.size(); i += 2) {
    times.push_back(times_[i]);
    for (std::size_t k = 0; k < width_; ++k) {
      cells.push_back(i + 1 < times_.size() ? spanning(cell(i, k), cell(i + 1, k)) : cell(i, k));
    }
  }
  times_ = std::move(times);
  cells_ = std::move(cells);
  thinned_ = true;
}

std::optional<std::size_t> ScoreHistory::last_until(rules::Timestamp time) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), time);
  if (after == times_.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - times_.begin()) - 1;
}

std::optional<std::size_t> ScoreHistory::first_from(rules::Timestamp time) const {
  const auto found = std::lower_bound(times_.begin(), times_.end(), time);
  if (found == times_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - times_.begin());
}

}  // namespace coagwatch::daemon
