#include "fhir/deletion.h"

#include <algorithm>
#include <utility>

#include "fhir/context_reader.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
constexpr std::string_view kNothing = "a deletion of nothing that it names by its id or an identifier";
constexpr std::string_view kWhichServer = "a deletion that does not say on which of the servers of input.bases";

void add_deletion(const Identity& named, std::string_view base, ItemList& items) {
  if (named.identity.empty()) {
    items.add(ignored(Reason::other_resource, kNothing));
    return;
  }
  Item& item = items.add();
  item.disposition = Disposition::candidate;
  item.deletion = true;
  item.base = base;
  item.resource = named.source;
  item.change.kind = rules::Change::Kind::retraction;
  item.change.source = named.source;
  item.change.identity = named.identity;
  item.change.version = named.version;
  item.change.fingerprint = named.fingerprint;
}

}  // namespace

void read_deletion(std::string_view url, std::string_view full_url, const rules::Version& version,
                   const Servers& servers, ItemList& items) {
  // Of a search the URL of what is searched.
  const std::string_view query = url.substr(std::min(url.find('?'), url.size()));
  const std::string_view place = query.empty() ? url : items.arena().join({url.substr(0, url.find('?')), "/"});
  if (servers.is_foreign(place)) {
    items.add(ignored(Reason::other_resource, "a deletion on a server that input.bases does not list"));
    return;
  }
  const std::string_view base = servers.base_of(place, full_url);
  if (servers.leaves_open(base)) {
    items.add(dead(Reason::ambiguous_subject, kWhichServer));
    return;
  }
  ContextFacts facts;
  if (ContextReader::name_deleted(url, version, items.arena(), facts)) {
    facts.base = base;
    items.add(ignored(Reason::other_resource, "")).context = std::move(facts);
    return;
  }
  Identity named = named_observation(url, items.arena());
  if (named.identity.empty()) named = searched_observation(url, items.arena());
  complete(named.version, version);
  add_deletion(named, base, items);
}

void read_deletion(const Observation& deleted, const TimeZone& zone, const Servers& servers, ItemList& items) {
  const std::string_view type = deleted.resource_type.string();
  if (!deleted.duplicate_field.empty()) {
    items.add(dead(Reason::duplicate_key, ": stands twice in one object"), deleted.duplicate_field);
  } else if (type.empty()) {
    items.add(dead(Reason::not_fhir, "what was deleted: resourceType: missing"));
  } else if (servers.leaves_open({})) {
    items.add(dead(Reason::ambiguous_subject, kWhichServer));
  } else if (ContextReader::reads(type)) {
    const Identity shown = read_identity(deleted, type, zone, items.arena());
    read_deletion(shown.source, {}, shown.version, servers, items);
  } else {
    add_deletion(type == kObservation ? read_identity(deleted, type, zone, items.arena()) : Identity{}, {}, items);
  }
}

}  // namespace coagwatch::fhir
