#include "fhir/resource_intake.h"

#include <algorithm>

#include "fhir/bundle_context.h"
#include "fhir/charted_facts.h"
#include "fhir/observation_status.h"
#include "fhir/old_version.h"
#include "fhir/servers.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
constexpr std::string_view kDiagnosticReport = "DiagnosticReport";

constexpr std::string_view kStandsTwice = ": stands twice in one object";

bool contains_observations(const Observation& resource) {
  return std::ranges::any_of(
      resource.contained, [](const Contained& contained) { return contained.resource_type.string() == kObservation; });
}

/// Whether a later version of the resource would have to take back what its items said.
bool may_be_followed(const Item& item) {
  return item.reason != Reason::own_output && item.change.kind != rules::Change::Kind::retraction;
}

}  // namespace

ResourceIntake::ResourceIntake(const Terminology& terminology, const rules::SiteProfile& site,
                               const IntakeLimits& limits, const TimeZone& zone, const Servers& servers,
                               const std::string& own_base)
    : terminology_(terminology),
      site_(site),
      limits_(limits),
      zone_(zone),
      servers_(servers),
      checks_(terminology, site, limits, zone, own_base),
      specimens_(terminology),
      contained_reader_(limits.depth),
      contained_locator_(limits.entries) {}

void ResourceIntake::read(const Observation& resource, std::string_view bytes, const RecordContext& record,
                          BundleContext* bundle, const LocatedResource* entry, ItemList& items) {
  const std::string_view type = resource.resource_type.string();
  const bool is_observation = type == kObservation;
  const bool contains = contains_observations(resource);
  if (!is_observation && !contains && type != kDiagnosticReport) {
    items.add(ignored(Reason::other_resource, "")).resource =
        read_identity(resource, type, zone_, items.arena()).source;
    return;
  }
  if (!resource.duplicate_field.empty() && (is_observation || contains)) {
    items.add(dead(Reason::duplicate_key, kStandsTwice), resource.duplicate_field);
    return;
  }
  Surroundings surroundings{record, servers_, bundle, entry, &resource.contained, &specimens_, nullptr, nullptr, {}};
  specimens_.set(resource.contained);
  Identity identity;
  std::string_view patient;
  if (is_observation) {
    const std::size_t first = items.size();
    judge(resource, surroundings, items);
    read_facts(resource, items, first);
    identity = checks_.identity();
    patient = checks_.patient();
  } else {
    identity = read_identity(resource, type, zone_, items.arena());
    items.add(ignored(Reason::other_resource, "")).resource = identity.source;
    if (entry != nullptr) complete(identity.version, version_of(entry->etag, entry->last_modified, zone_));
    const SubjectScope scope(servers_, bundle, entry);
    patient = read_subject(resource.subject, resource.contained, scope, items.arena()).patient;
  }
  const bool followed = may_be_followed(items.back());
  if (contains) {
    surroundings.container = &resource;
    surroundings.container_identity = &identity;
    // Once: it may be a Timing with any number of events.
    if (type == kDiagnosticReport) surroundings.report = read_effective(resource, zone_);
    read_contained(bytes, surroundings, items);
  }
  if (!followed) return;
  items.back().last = {identity.identity, patient, identity.version, !is_observation && is_retraction(resource.status)};
  if (entry != nullptr) items.back().base = servers_.base_of(entry->full_url);
}

/// Of an Observation that is no result, or takes back what it was: what it says of a patient besides.
void ResourceIntake::read_facts(const Observation& observation, ItemList& items, std::size_t first) {
  const auto is_open = [](const Item& item) {
    return item.reason == Reason::unmapped_code || item.reason == Reason::not_a_laboratory_result ||
           item.change.kind == rules::Change::Kind::retraction;
  };
  const std::span<Item> own = items.from(first);
  const auto item = std::ranges::find_if(own, is_open);
  if (item == own.end() || !answers_of_facts(observation, terminology_)) return;
  if (check_old_version(observation, limits_.lenient_versions)) return;
  const std::string_view wrong = read_charted_facts(observation, checks_.reading(), item->change.result.at,
                                                    site_.hold_preliminary, terminology_, items.arena(), item->context);
  if (item->text.empty()) item->text.assign(wrong);
}

void ResourceIntake::read_contained(std::string_view bytes, Surroundings surroundings, ItemList& items) {
  if (contained_locator_.locate(bytes) != ResourceLocator::Outcome::found) {
    items.add(dead(Reason::too_large, "contained: more resources than limits.entries"));
    return;
  }
  for (const LocatedResource& resource : contained_locator_.resources()) {
    if (resource.role != LocatedResource::Role::contained || resource.type != kObservation) continue;
    const std::size_t first = items.size();
    if (contained_reader_.read(resource.bytes, contained_observation_) != JsonReader::Outcome::object) {
      // It was read once, inside of what contains it.
      items.add(dead(Reason::malformed_json, "contained: expected one JSON object"));
    } else if (!contained_observation_.duplicate_field.empty()) {
      items.add(dead(Reason::duplicate_key, kStandsTwice), contained_observation_.duplicate_field);
    } else {
      judge(contained_observation_, surroundings, items);
    }
    items.own_texts(first);
  }
}

void ResourceIntake::judge(const Observation& observation, const Surroundings& surroundings, ItemList& items) {
  // Whose it is and which version is asked afterwards, also where nothing more is read.
  checks_.begin(observation, surroundings, items.arena());
  Check refused;
  if (observation.component == Presence::wrong_shape) {
    refused = dead(Reason::not_fhir, "component: expected a list of objects");
  } else if (observation.components.size() > limits_.entries) {
    refused = dead(Reason::too_large, "component: more than limits.entries");
  }
  if (refused) {
    // A retraction is one, whatever else is wrong.
    if (is_retraction(observation.status)) {
      checks_.judge(observation, std::nullopt, items.add());
    } else {
      items.add(*refused);
    }
    return;
  }
  const std::size_t first = items.size();
  if (observation.components.empty() || observation.has_value()) checks_.judge(observation, std::nullopt, items.add());
  for (std::size_t i = 0; i < observation.components.size(); ++i) {
    checks_.judge(observation.components[i], i, items.add());
  }
  Item& head = items.from(first)[0];
  const std::string_view unknown =
      read_replaced(observation, limits_.lenient_versions, surroundings.bundle, items.arena(), head.replaces);
  if (!unknown.empty() && head.change.kind != rules::Change::Kind::retraction && head.text.empty()) {
    head.text.assign(unknown);
  }
  // What is taken back by its identity is taken back as a whole.
  if (checks_.identity().identity.empty()) return;
  for (Item& item : items.from(first + 1)) item.shares_fate = item.change.kind == rules::Change::Kind::retraction;
}

}  // namespace coagwatch::fhir
