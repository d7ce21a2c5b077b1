#include "fhir/deletion.h"

#include <utility>

#include "fhir/context_reader.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";

void add_deletion(const Identity& named, ItemList& items) {
  if (named.identity.empty()) {
    items.add(ignored(Reason::other_resource, "a deletion of nothing that it names by its id"));
    return;
  }
  Item& item = items.add();
  item.disposition = Disposition::candidate;
  item.deletion = true;
  item.resource = named.source;
  item.change.kind = rules::Change::Kind::retraction;
  item.change.source = named.source;
  item.change.identity = named.identity;
  item.change.version = named.version;
}

}  // namespace

void read_deletion(std::string_view url, const rules::Version& version, ItemList& items) {
  ContextFacts facts;
  if (ContextReader::name_deleted(url, version, items.arena(), facts)) {
    items.add(ignored(Reason::other_resource, "")).context = std::move(facts);
    return;
  }
  Identity named = named_observation(url, items.arena());
  complete(named.version, version);
  add_deletion(named, items);
}

void read_deletion(const Observation& deleted, const TimeZone& zone, ItemList& items) {
  const std::string_view type = deleted.resource_type.string();
  if (!deleted.duplicate_field.empty()) {
    items.add(dead(Reason::duplicate_key, ": stands twice in one object"), deleted.duplicate_field);
  } else if (type.empty()) {
    items.add(dead(Reason::not_fhir, "what was deleted: resourceType: missing"));
  } else if (ContextReader::reads(type)) {
    const Identity shown = read_identity(deleted, type, zone, items.arena());
    read_deletion(shown.source, shown.version, items);
  } else {
    add_deletion(type == kObservation ? read_identity(deleted, type, zone, items.arena()) : Identity{}, items);
  }
}

}  // namespace coagwatch::fhir
