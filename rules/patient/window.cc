#include "rules/patient/window.h"

#include <algorithm>
#include <cstdint>

#include "rules/patient/evictions.h"
#include "rules/patient/fact_sources.h"
#include "rules/patient/thinning.h"

namespace coagwatch::rules {
namespace {

// Below this a rewrite is not worth its time.
constexpr std::size_t kSmallText = 512;

template <typename State, typename Visit>
void for_each_text(State& state, const Visit& visit) {
  for (auto& result : state.results) {
    visit(result.identity);
    visit(result.source);
  }
  for (auto& retraction : state.retractions) visit(retraction.identity);
  for (auto& source : state.fact_sources) visit(source.source);
  for (auto& link : state.links) {
    visit(link.claimant);
    visit(link.into);
  }
  visit(state.merged_into);
  visit(state.copied_to);
  visit(state.visit.encounter);
  visit(state.visit.place_of);
  visit(state.visit.place);
}

/// The newest result, as far as it has gone into the courses. Who is merged into another has none that go on.
Timestamp newest_seen(const PatientState& state) {
  if (!state.at.known() || !state.folded_at.known() || state.merged_into.length != 0) return state.at;
  return std::min(state.at, state.folded_at);
}

void drop_outside_window(PatientState& state, Measure touched, const WindowLimits& limits) {
  const Timestamp newest = newest_seen(state);
  const bool moved = newest != state.trimmed_at;
  state.trimmed_at = newest;
  if (!newest.known()) return;
  const Timestamp edge = newest - limits.window;
  if (!moved) {
    // Then only what has just come may lie outside.
    const ResultRange range = results_of(state, touched);
    if (range.first == range.last || state.results[range.first].lab.at >= edge) return;
  }
  std::erase_if(state.results, [&state, edge](const StoredResult& stored) {
    if (stored.lab.at >= edge) return false;
    note_gone(state, stored);
    return true;
  });
  std::erase_if(state.evictions, [edge](const StoredEviction& step) { return step.at < edge; });
  for (StoredRetraction& retraction : state.retractions) {
    if (!retraction.at.known()) retraction.at = state.at;  // it came before the patient's first result
  }
  std::erase_if(state.retractions, [&state, edge](const StoredRetraction& retraction) {
    if (retraction.at >= edge) return false;
    note_gone(state, retraction);
    return true;
  });
  if (!state.fact_sources.empty()) drop_facts_before(state, edge);
}

// Bytes besides texts, at most; the longest texts' lengths included.
constexpr std::size_t kStateWeight = 80;
constexpr std::size_t kAttentionWeight = 448;  // and the times of folding
constexpr std::size_t kResultWeight = 112;
constexpr std::size_t kRetractionWeight = 48;
constexpr std::size_t kFactSourceWeight = 40;
constexpr std::size_t kFactWeight = 24;
constexpr std::size_t kEpisodeWeight = 272;  // with the criterion's name
constexpr std::size_t kCourseWeight = 288;   // likewise
constexpr std::size_t kDecisionWeight = 80;  // likewise
constexpr std::size_t kEvictionWeight = 32;
constexpr std::size_t kLinkWeight = 16;

std::size_t weight_without_texts(const PatientState& state) {
  const bool folded = state.folded_at.known() || !(state.attention == Attention{});
  return kStateWeight + (folded ? kAttentionWeight : 0) + state.results.size() * kResultWeight +
         state.retractions.size() * kRetractionWeight + state.fact_sources.size() * kFactSourceWeight +
         state.facts.size() * kFactWeight + state.episodes.size() * kEpisodeWeight +
         state.courses.size() * kCourseWeight + state.decisions.size() * kDecisionWeight +
         state.evictions.size() * kEvictionWeight + state.links.size() * kLinkWeight;
}

ResultRange most_frequent(const PatientState& state) {
  ResultRange most;
  for (std::size_t first = 0; first < state.results.size();) {
    const ResultRange range = results_of(state, state.results[first].lab.measure);
    if (range.last - range.first > most.last - most.first) most = range;
    first = range.last;
  }
  return most;
}

// The oldest, but a withdrawal before a retraction: a feed whose results never have a value must not crowd them out.
void forget_a_retraction(PatientState& state) {
  auto oldest = std::ranges::find_if(state.retractions, &StoredRetraction::withdrawal);
  if (oldest == state.retractions.end()) oldest = state.retractions.begin();
  note_gone(state, *oldest);
  state.retractions.erase(oldest);
}

void thin(PatientState& state, std::size_t limit) {
  // Without counting: texts that no entry uses any more weigh nothing.
  if (weight_without_texts(state) + state.text.size() <= limit) return;
  while (weight(state) > limit) {
    const ResultRange most = most_frequent(state);
    if (most.last - most.first > 1) {
      drop_one(state, most);
    } else if (!state.retractions.empty()) {
      forget_a_retraction(state);
    } else if (!drop_a_fact_source(state)) {
      return;
    }
  }
}

}  // namespace

std::size_t weight(const PatientState& state) {
  std::size_t texts = 0;
  for_each_text(state, [&texts](const TextRef& ref) { texts += ref.length; });
  return weight_without_texts(state) + texts;
}

TextRef keep_text(PatientState& state, std::string_view text) {
  const std::string_view kept = text.substr(0, kLongestText);
  const TextRef ref{static_cast<std::uint32_t>(state.text.size()), static_cast<std::uint16_t>(kept.size())};
  state.text.append(kept);
  return ref;
}

void compact_text(PatientState& state) {
  const std::size_t before = state.text.size();
  if (before < std::max(kSmallText, state.roomy_text)) return;
  std::size_t live = 0;
  for_each_text(state, [&live](const TextRef& ref) { live += ref.length; });
  state.roomy_text = 2 * live;
  if (before < 2 * live) return;
  // What lives is written behind the old text, which is then cut off: no second buffer is needed.
  state.text.reserve(before + live);
  for_each_text(state, [&state, before](TextRef& ref) {
    const auto offset = static_cast<std::uint32_t>(state.text.size() - before);
    state.text.append(state.text, ref.offset, ref.length);
    ref.offset = offset;
  });
  state.text.erase(0, before);
}

void refresh_clinical_time(PatientState& state) {
  state.at = Timestamp::none();
  for (const StoredResult& stored : state.results) {
    if (stored.lab.unusable == Unusable::none) state.at = std::max(state.at, stored.lab.at);
  }
  for (const StoredEviction& step : state.evictions) state.at = std::max(state.at, step.at);
}

ResultRange results_of(const PatientState& state, Measure measure) {
  const auto first = std::ranges::lower_bound(state.results, measure, {},
                                              [](const StoredResult& stored) { return stored.lab.measure; });
  auto last = first;
  while (last != state.results.end() && last->lab.measure == measure) ++last;
  return {static_cast<std::size_t>(first - state.results.begin()),
          static_cast<std::size_t>(last - state.results.begin())};
}

void drop_outdated(PatientState& state, const WindowLimits& limits) {
  if (newest_seen(state) != state.trimmed_at) drop_outside_window(state, Measure::platelets, limits);
}

void trim(PatientState& state, Measure touched, const WindowLimits& limits) {
  drop_outside_window(state, touched, limits);
  const std::size_t cap = std::max<std::size_t>(limits.per_measure, 1);
  for (;;) {
    const ResultRange range = results_of(state, touched);
    if (range.last - range.first <= cap) break;
    drop_one(state, range);
  }
  const std::size_t remembered = limits.retractions;
  while (state.retractions.size() > remembered) forget_a_retraction(state);
  thin(state, limits.bytes);
}

}  // namespace coagwatch::rules
