#include "rules/patient/fact_sources.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "rules/patient/known_facts.h"
#include "rules/patient/version.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

constexpr Timestamp kForEver{std::numeric_limits<std::int64_t>::max()};

std::vector<StoredFactSource>::iterator place_of(PatientState& state, std::string_view source) {
  return std::ranges::lower_bound(state.fact_sources, source, {},
                                  [&](const StoredFactSource& known) { return state.view(known.source); });
}

StoredFactSource* find(PatientState& state, std::string_view source) {
  const auto it = place_of(state, source);
  return it != state.fact_sources.end() && state.view(it->source) == source ? &*it : nullptr;
}

std::uint16_t index_of(const PatientState& state, const StoredFactSource& source) {
  return static_cast<std::uint16_t>(&source - state.fact_sources.data());
}

StoredFactSource& add(PatientState& state, std::string_view source) {
  const auto place = place_of(state, source);
  const auto index = static_cast<std::uint16_t>(place - state.fact_sources.begin());
  for (StoredFact& fact : state.facts) {
    if (fact.source >= index) ++fact.source;
  }
  StoredFactSource& added = *state.fact_sources.emplace(place);
  added.source = keep_text(state, source);
  return added;
}

void drop_facts_of(PatientState& state, std::uint16_t source) {
  std::erase_if(state.facts, [source](const StoredFact& fact) { return fact.source == source; });
}

void remove(PatientState& state, std::uint16_t source) {
  drop_facts_of(state, source);
  for (StoredFact& fact : state.facts) {
    if (fact.source > source) --fact.source;
  }
  state.fact_sources.erase(state.fact_sources.begin() + source);
}

auto order_of(const StoredFact& fact) { return std::tuple(fact.source, fact.fact, fact.start); }

void insert(PatientState& state, const StoredFact& fact) {
  state.facts.insert(std::ranges::upper_bound(state.facts, order_of(fact), {}, order_of), fact);
}

/// The facts of a change as they are kept: in one order, whatever order they were read in.
std::vector<StoredFact> stored(const FactChange& change) {
  std::vector<StoredFact> facts;
  for (const FactSpan& span : change.facts) facts.push_back({span.fact, span.value, span.start, span.end, 0});
  std::ranges::sort(facts, {},
                    [](const StoredFact& fact) { return std::tuple(fact.fact, fact.start, fact.end, fact.value); });
  return facts;
}

bool states(const PatientState& state, std::uint16_t source, const std::vector<StoredFact>& facts) {
  const auto first = std::ranges::lower_bound(state.facts, source, {}, &StoredFact::source);
  const auto last = std::ranges::upper_bound(state.facts, source, {}, &StoredFact::source);
  return std::equal(first, last, facts.begin(), facts.end(), [](const StoredFact& a, const StoredFact& b) {
    return std::tie(a.fact, a.value, a.start, a.end) == std::tie(b.fact, b.value, b.start, b.end);
  });
}

// What cells did after chemotherapy is asked for so long (JMHW, criteria/jmhw.yaml).
constexpr Duration kChemotherapyAsked = Duration::hours(21 * 24);

Timestamp last_of(const StoredFact& fact) {
  const auto span = default_span(fact.fact);
  Timestamp last = fact.end.known() ? fact.end : span && fact.start.known() ? fact.start + *span : kForEver;
  if (fact.fact == Fact::chemotherapy && fact.start.known()) last = std::max(last, fact.start + kChemotherapyAsked);
  return last;
}

/// How much a resource matters: whether it states anything, and until when that counts. The first goes first.
std::tuple<bool, Timestamp, std::string_view> rank_of(const PatientState& state, std::uint16_t source) {
  const StoredFactSource& known = state.fact_sources[source];
  bool states_something = false;
  Timestamp last = std::max(known.version.last_updated, known.at);
  for (const StoredFact& fact : state.facts) {
    if (fact.source != source) continue;
    last = states_something ? std::max(last, last_of(fact)) : last_of(fact);
    states_something = true;
  }
  return {states_something, last, state.view(known.source)};
}

/// A version of a resource of which nothing is known, or not any more, and that states nothing: worth remembering where
/// there may be earlier ones that do.
bool may_have_forerunners(const Version& version) {
  return version.number ? *version.number > 1 : version.last_updated.known();
}

void settle(PatientState& state, const WindowLimits& limits) {
  while (state.fact_sources.size() > kMaxFactSources || state.facts.size() > kMaxFacts) {
    if (!drop_a_fact_source(state)) break;
  }
  if (state.at.known()) drop_facts_before(state, state.at - limits.window);
  compact_text(state);
}

}  // namespace

bool states_facts(const PatientState& state, std::string_view source) {
  const auto place = std::ranges::lower_bound(state.fact_sources, source, {},
                                              [&](const StoredFactSource& known) { return state.view(known.source); });
  return place != state.fact_sources.end() && state.view(place->source) == source &&
         std::ranges::binary_search(state.facts, index_of(state, *place), {}, &StoredFact::source);
}

bool drop_a_fact_source(PatientState& state) {
  if (state.fact_sources.empty()) return false;
  std::uint16_t least = 0;
  for (std::size_t i = 1; i < state.fact_sources.size(); ++i) {
    const auto source = static_cast<std::uint16_t>(i);
    if (rank_of(state, source) < rank_of(state, least)) least = source;
  }
  remove(state, least);
  return true;
}

void drop_facts_before(PatientState& state, Timestamp edge) {
  std::erase_if(state.facts, [edge](const StoredFact& fact) { return last_of(fact) < edge; });
  for (std::size_t i = state.fact_sources.size(); i-- > 0;) {
    const auto source = static_cast<std::uint16_t>(i);
    StoredFactSource& known = state.fact_sources[i];
    if (std::ranges::binary_search(state.facts, source, {}, &StoredFact::source)) continue;
    // It came before the patient's first result, or what it stated is over only now.
    if (!known.version.last_updated.known() && !known.at.known()) known.at = state.at;
    if (std::max(known.version.last_updated, known.at) < edge) remove(state, source);
  }
}

void drop_adopted_facts(PatientState& state) {
  for (std::size_t i = state.fact_sources.size(); i-- > 0;) {
    if (state.fact_sources[i].adopted) remove(state, static_cast<std::uint16_t>(i));
  }
}

ApplyOutcome apply_facts(PatientState& state, const FactChange& change, const WindowLimits& limits) {
  const std::string_view source = change.source.substr(0, kLongestText);
  const bool removal = change.kind == FactChange::Kind::removal;
  std::vector<StoredFact> facts;
  if (!removal) facts = stored(change);
  StoredFactSource* known = find(state, source);
  if (known == nullptr) {
    if (!removal && facts.empty() && !may_have_forerunners(change.version)) return ApplyOutcome::duplicate;
    known = &add(state, source);
    known->adopted = change.adopted;
  } else {
    const int newer = compare_versions(change.version, known->version);
    if (newer < 0 || (newer == 0 && change.adopted && !known->adopted)) return ApplyOutcome::superseded;
    known->adopted = change.adopted;
    if (known->removed == removal && states(state, index_of(state, *known), facts)) {
      if (newer > 0) known->version = change.version;
      return ApplyOutcome::duplicate;
    }
    if (known->removed && newer == 0) return ApplyOutcome::superseded;
    drop_facts_of(state, index_of(state, *known));
  }
  known->version = change.version;
  known->removed = removal;
  known->at = facts.empty() && !change.version.last_updated.known() ? state.at : Timestamp::none();
  const std::uint16_t index = index_of(state, *known);
  for (StoredFact& fact : facts) {
    fact.source = index;
    insert(state, fact);
  }
  // Nothing can be told to be older than it: there is nothing to remember.
  if (!removal && facts.empty() && !has_age(change.version)) remove(state, index);
  settle(state, limits);
  return removal ? ApplyOutcome::retracted : ApplyOutcome::applied;
}

void put_fact(PatientState& state, const FactEntry& entry) {
  const std::string_view source = entry.source.substr(0, kLongestText);
  StoredFactSource* known = find(state, source);
  if (known == nullptr) known = &add(state, source);
  const std::uint16_t index = index_of(state, *known);
  if (!source.empty()) {
    std::erase_if(state.facts, [&](const StoredFact& fact) { return fact.source == index && fact.fact == entry.fact; });
  }
  if (state.facts.size() >= kMaxFacts) state.facts.erase(state.facts.begin());
  insert(state, {entry.fact, entry.value, entry.start, entry.end, index});
  compact_text(state);
}

}  // namespace coagwatch::rules
