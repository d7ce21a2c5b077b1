#include "rules/patient/same_result.h"

#include <algorithm>

#include "rules/patient/state_changes.h"
#include "rules/patient/version.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

// Which result of a resource is meant, whatever the resource is called.
struct Place {
  std::string_view part;
  std::optional<Measure> measure;

  [[nodiscard]] bool whole() const { return part.empty() && !measure; }
};

Place place_of(std::string_view identity, std::optional<Measure> measure) {
  const std::string_view resource = resource_of(identity);
  Place place;
  if (resource.size() < identity.size()) {
    place.part = identity.substr(resource.size() + 1);
    return place;
  }
  const std::size_t measure_at = identity.find(kMeasureSeparator);
  place.measure = measure_at == std::string_view::npos ? measure : measure_named(identity.substr(measure_at + 1));
  return place;
}

Place place_of(const Change& change, std::string_view identity) {
  const bool says = change.kind == Change::Kind::result || change.names_measure;
  return place_of(identity, says ? std::optional(change.result.measure) : std::nullopt);
}

Place place_of(const PatientState& state, const StoredResult& stored) {
  return place_of(state.view(stored.identity), stored.lab.measure);
}

Place place_of(const PatientState& state, const StoredRetraction& gone) {
  return place_of(state.view(gone.identity), gone.measure);
}

// A code of the PT may mean either, and its unit decides; a retraction has none.
bool is_open_pt(std::optional<Measure> measure) {
  return measure == Measure::pt_activity || measure == Measure::pt_ratio;
}

bool matches(const Place& a, const Place& b) {
  if (a.whole() || b.whole()) return true;
  return a.part == b.part && (a.measure == b.measure || (is_open_pt(a.measure) && is_open_pt(b.measure)));
}

// The resources of an id among entries of a fingerprint.
struct Named {
  std::string_view resource;
  bool several = false;

  void add(std::string_view identity) {
    const std::string_view other = resource_of(identity);
    several = several || (!resource.empty() && resource != other);
    resource = other;
  }
};

template <typename Entries>
void add_named(const PatientState& state, const Entries& entries, std::uint64_t fingerprint, const Place& place,
               Named& named) {
  for (const auto& entry : entries) {
    if (entry.fingerprint != fingerprint) continue;
    const std::string_view known = state.view(entry.identity);
    if (!lacks_id(known) && matches(place_of(state, entry), place)) named.add(known);
  }
}

bool has_fingerprint(const PatientState& state, std::uint64_t fingerprint) {
  const auto is_it = [&](const auto& entry) { return entry.fingerprint == fingerprint; };
  return std::ranges::any_of(state.results, is_it) || std::ranges::any_of(state.retractions, is_it);
}

// A result without an id that is in force becomes one of that id.
void name_result(PatientState& state, const Change& change, std::string_view identity, const Place& place) {
  StoredResult* found = nullptr;
  for (StoredResult& stored : state.results) {
    const std::string_view known = state.view(stored.identity);
    if (known == identity) return;
    const bool same = stored.fingerprint == change.fingerprint && lacks_id(known);
    if (same && matches(place_of(state, stored), place)) found = &stored;
  }
  if (found == nullptr) return;
  found->identity = keep_text(state, identity);
  found->source = change.source == identity ? found->identity : keep_text(state, change.source);
}

// What is remembered without an id holds for that id; where it names no measure, for others without an id too.
void name_retractions(PatientState& state, const Change& change, std::string_view identity, const Place& place) {
  const std::string_view resource = resource_of(identity);
  const auto knows_whole = [&] {
    return std::ranges::any_of(state.retractions,
                               [&](const auto& known) { return state.view(known.identity) == resource; });
  };
  const std::size_t count = state.retractions.size();
  for (std::size_t i = 0; i < count; ++i) {
    StoredRetraction known = state.retractions[i];
    if (known.fingerprint != change.fingerprint || !lacks_id(state.view(known.identity))) continue;
    const Place gone = place_of(state, known);
    if (!matches(gone, place)) continue;
    if (!gone.whole()) {
      known.measure = gone.measure;
      known.identity = keep_text(state, identity);
      state.retractions[i] = known;
    } else if (!knows_whole()) {
      known.identity = keep_text(state, resource);
      state.retractions.push_back(known);
    }
  }
}

}  // namespace

std::optional<std::string> unite(PatientState& state, const Change& change, std::string_view identity) {
  if (change.fingerprint == 0 || !has_fingerprint(state, change.fingerprint)) return std::nullopt;
  const Place place = place_of(change, identity);
  if (place.whole()) return std::nullopt;
  Named named;
  if (!lacks_id(identity)) named.add(identity);
  add_named(state, state.results, change.fingerprint, place, named);
  add_named(state, state.retractions, change.fingerprint, place, named);
  if (named.several || named.resource.empty()) return std::nullopt;
  if (!lacks_id(identity)) {
    name_retractions(state, change, identity, place);
    name_result(state, change, identity, place);
    return std::nullopt;
  }
  std::string united(named.resource);
  if (!place.part.empty()) united.append(1, kPartSeparator).append(place.part);
  return united;
}

Counterparts counterparts_of(const PatientState& state, const Change& retraction, std::string_view identity) {
  Counterparts found;
  if (retraction.fingerprint == 0) return found;
  const Place place = place_of(retraction, identity);
  Named named;
  if (!lacks_id(identity)) named.add(identity);
  add_named(state, state.results, retraction.fingerprint, place, named);
  found.several = named.several;
  if (!lacks_id(identity)) {
    found.by_identifier = !named.several;
  } else if (!named.several) {
    found.resource = named.resource;
  }
  return found;
}

bool is_counterpart(const PatientState& state, const StoredResult& stored, const Counterparts& counterparts,
                    const Change& retraction, std::string_view identity) {
  if (!counterparts.by_identifier && counterparts.resource.empty()) return false;
  if (stored.fingerprint != retraction.fingerprint) return false;
  const std::string_view known = state.view(stored.identity);
  if (lacks_id(known) != counterparts.by_identifier) return false;
  if (!counterparts.by_identifier && resource_of(known) != counterparts.resource) return false;
  return matches(place_of(state, stored), place_of(retraction, identity));
}

std::vector<std::string> meant_by(const PatientState& state, const Change& retraction) {
  std::vector<std::string> resources;
  if (retraction.fingerprint == 0) return resources;
  const Place place = place_of(retraction, retraction.identity);
  for (const StoredResult& stored : state.results) {
    if (is_adopted(stored) || stored.fingerprint != retraction.fingerprint) continue;
    if (!matches(place_of(state, stored), place)) continue;
    const std::string_view resource = resource_of(state.view(stored.identity));
    if (std::ranges::find(resources, resource) == resources.end()) resources.emplace_back(resource);
  }
  return resources;
}

}  // namespace coagwatch::rules
