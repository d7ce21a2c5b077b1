#include "rules/patient/thinning.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "rules/patient/evictions.h"
#include "rules/patient/result_order.h"

namespace coagwatch::rules {
namespace {

constexpr Duration kDay = Duration::hours(24);
constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

bool usable(const StoredResult& result) { return result.lab.unusable == Unusable::none; }

// Whether a count may be the one that the fall is measured from: at intervals both ends matter.
bool higher_low(const Interval& a, const Interval& b) {
  if (a.low_unbounded || b.low_unbounded) return !a.low_unbounded && b.low_unbounded;
  return a.low > b.low;
}
bool higher_high(const Interval& a, const Interval& b) {
  if (a.high_unbounded || b.high_unbounded) return a.high_unbounded && !b.high_unbounded;
  return a.high > b.high;
}

// What one clinical time needs of a measure's results: the one that counts then, and of platelets the highest counts of
// the 24 h before it.
struct Needed {
  std::size_t counting = kNobody;
  std::size_t greatest_low = kNobody;
  std::size_t greatest_high = kNobody;

  [[nodiscard]] bool contains(std::size_t i) const { return i == counting || i == greatest_low || i == greatest_high; }
};

Needed needed_at(const PatientState& state, ResultRange range, Timestamp at) {
  Needed needed;
  for (std::size_t i = range.last; i-- > range.first;) {
    const StoredResult& stored = state.results[i];
    if (!usable(stored) || stored.lab.at > at) continue;
    if (needed.counting == kNobody) needed.counting = i;
    const StoredResult& counting = state.results[needed.counting];
    if (stored.lab.at == counting.lab.at) {
      if (counts_over(stored, counting)) needed.counting = i;
      continue;
    }
    if (stored.lab.measure != Measure::platelets || stored.lab.at < counting.lab.at - kDay) break;
    const Interval& value = stored.lab.value;
    if (needed.greatest_low == kNobody || higher_low(value, state.results[needed.greatest_low].lab.value)) {
      needed.greatest_low = i;
    }
    if (needed.greatest_high == kNobody || higher_high(value, state.results[needed.greatest_high].lab.value)) {
      needed.greatest_high = i;
    }
  }
  return needed;
}

// What must not be thinned out while anything else can go: what the newest assessment needs, and what proves the
// onsets that were published.
class Protection {
 public:
  Protection(const PatientState& state, ResultRange range) : newest_(needed_at(state, range, kFarFuture)) {
    for (const Episode& episode : state.episodes) {
      if (episode.state == EpisodeState::none || episode.state == EpisodeState::retracted) continue;
      if (count_ < onsets_.size()) onsets_[count_++] = needed_at(state, range, episode.onset);
    }
  }

  [[nodiscard]] const Needed& newest() const { return newest_; }
  [[nodiscard]] bool proves_an_onset(std::size_t i) const {
    return std::any_of(onsets_.begin(), onsets_.begin() + count_,
                       [i](const Needed& needed) { return needed.contains(i); });
  }

 private:
  static constexpr Timestamp kFarFuture{std::numeric_limits<std::int64_t>::max()};

  Needed newest_;
  std::array<Needed, 16> onsets_;  // more criteria than ship
  std::uint8_t count_ = 0;
};

// The time between a result's neighbours: what a reader of the rest would miss. Ends count from themselves.
std::int64_t span_around(const PatientState& state, ResultRange range, std::size_t i) {
  const std::size_t before = i > range.first ? i - 1 : i;
  const std::size_t after = i + 1 < range.last ? i + 1 : i;
  return (state.results[after].lab.at - state.results[before].lab.at).micros;
}

// The dispensable result whose neighbours are nearest to each other, the oldest of equal ones.
template <typename Dispensable>
std::size_t densest(const PatientState& state, ResultRange range, const Dispensable& dispensable) {
  std::size_t victim = kNobody;
  std::int64_t least = 0;
  for (std::size_t i = range.first; i < range.last; ++i) {
    if (!dispensable(i)) continue;
    const std::int64_t span = span_around(state, range, i);
    if (victim != kNobody && span >= least) continue;
    victim = i;
    least = span;
  }
  return victim;
}

std::size_t victim_of(const PatientState& state, ResultRange range) {
  const Protection protection(state, range);
  const Needed& newest = protection.newest();
  if (newest.counting == kNobody) return range.first;
  const Timestamp stale = state.results[newest.counting].lab.at - kDay;
  for (std::size_t i = range.first; i < range.last; ++i) {
    if (!usable(state.results[i]) && state.results[i].lab.at < stale) return i;
  }
  const auto unneeded = [&](std::size_t i) { return !newest.contains(i) && !protection.proves_an_onset(i); };
  const auto unneeded_old = [&](std::size_t i) { return state.results[i].lab.at < stale && unneeded(i); };
  if (const std::size_t victim = densest(state, range, unneeded_old); victim != kNobody) return victim;
  if (const std::size_t victim = densest(state, range, unneeded); victim != kNobody) return victim;
  const auto unneeded_now = [&](std::size_t i) { return !newest.contains(i); };
  if (const std::size_t victim = densest(state, range, unneeded_now); victim != kNobody) return victim;
  return newest.greatest_low;
}

}  // namespace

void drop_one(PatientState& state, ResultRange range) {
  const auto victim = state.results.begin() + static_cast<std::ptrdiff_t>(victim_of(state, range));
  remember_eviction(state, *victim);
  note_gone(state, *victim);
  state.results.erase(victim);
  ++state.evicted;
}

}  // namespace coagwatch::rules
