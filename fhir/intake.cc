#include "fhir/intake.h"

#include "fhir/bundle_context.h"
#include "fhir/context_reader.h"
#include "fhir/json_reader.h"
#include "fhir/resource_intake.h"
#include "fhir/resource_locator.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
constexpr std::string_view kDiagnosticReport = "DiagnosticReport";
constexpr std::string_view kBundle = "Bundle";
constexpr std::string_view kDelete = "DELETE";
// Confluent's schema registry puts a zero byte and four bytes of schema id before each value.
constexpr std::size_t kSchemaHeader = 5;

Verdict malformed(std::string_view bytes) {
  if (bytes.size() > kSchemaHeader && bytes.front() == '\0') {
    return dead(Reason::malformed_json, "begins with a schema registry header; expected plain JSON");
  }
  return dead(Reason::malformed_json, "expected one JSON object");
}

bool is_bundle(const LocatedResource& resource) {
  return resource.type == kBundle &&
         (resource.role == LocatedResource::Role::root || resource.role == LocatedResource::Role::entry);
}

}  // namespace

struct Intake::Impl {
  Impl(const Terminology& terminology, const rules::SiteProfile& site_profile, IntakeLimits intake_limits,
       TimeZone site_zone, const std::string& own_base)
      : site(site_profile),
        limits(intake_limits),
        zone(std::move(site_zone)),
        reader(intake_limits.depth),
        locator(intake_limits.entries),
        bundle(intake_limits.depth),
        resources(terminology, site, limits, zone, own_base),
        context_reader(terminology.facts(), zone) {}

  void read(std::string_view bytes, const RecordContext& record);
  /// What the bytes say before the resource is looked at.
  Check check_bytes(std::string_view bytes);
  void read_bundle(std::string_view bytes, const RecordContext& record);
  void read_entry(const LocatedResource& entry, const RecordContext& record);
  /// What an entry, or a Bundle inside, says before its resource is looked at.
  static Check check_entry(const LocatedResource& entry);
  [[nodiscard]] bool stands_in_refused(const LocatedResource& entry) const;
  bool read_deletion(std::string_view url, const rules::Version& version);
  void read_deleted(const LocatedResource& entry);
  void read_facts(std::string_view bytes, std::string_view type, const LocatedResource* entry, Item& item);

  rules::SiteProfile site;
  IntakeLimits limits;
  TimeZone zone;
  JsonReader reader;
  ResourceLocator locator;
  BundleContext bundle;
  ResourceIntake resources;
  ContextReader context_reader;
  Observation observation;
  ItemList items;
};

Intake::Intake(const Terminology& terminology, const rules::SiteProfile& site, IntakeLimits limits, TimeZone zone,
               const std::string& own_base)
    : impl_(std::make_unique<Impl>(terminology, site, limits, std::move(zone), own_base)) {}
Intake::~Intake() = default;

std::span<Item> Intake::read(std::string_view bytes, const RecordContext& context) {
  impl_->items.clear();
  impl_->read(bytes, context);
  return impl_->items.from(0);
}

Check Intake::Impl::check_bytes(std::string_view bytes) {
  if (bytes.empty()) return dead(Reason::malformed_json, "an empty value");
  if (bytes.size() > limits.bytes) return dead(Reason::too_large, "larger than limits.bytes");
  switch (reader.read(bytes, observation)) {
    case JsonReader::Outcome::malformed:
      return malformed(bytes);
    case JsonReader::Outcome::invalid_utf8:
      return dead(Reason::invalid_utf8, "expected UTF-8");
    case JsonReader::Outcome::too_deep:
      return dead(Reason::too_deep, "nested deeper than limits.depth");
    case JsonReader::Outcome::number_too_large:
      return dead(Reason::invalid_value, "a number above 10^308");
    case JsonReader::Outcome::not_an_object:
      return dead(Reason::not_fhir, "expected a JSON object");
    case JsonReader::Outcome::object:
      break;
  }
  if (observation.duplicate_resource_type) return dead(Reason::duplicate_key, "resourceType: stands twice");
  if (observation.resource_type.string().empty()) return dead(Reason::not_fhir, "resourceType: missing");
  return {};
}

void Intake::Impl::read(std::string_view bytes, const RecordContext& record) {
  if (bytes.data() == nullptr) {
    if (!read_deletion(record.key, {})) items.add(ignored(Reason::other_resource, "a tombstone of no Observation"));
  } else if (const Check check = check_bytes(bytes)) {
    items.add(*check);
  } else if (observation.resource_type.text == kBundle) {
    read_bundle(bytes, record);
  } else {
    resources.read(observation, bytes, record, nullptr, nullptr, items);
    read_facts(bytes, observation.resource_type.text, nullptr, items.from(0).front());
  }
}

/// Of any resource but those of results: what it says of a patient besides.
void Intake::Impl::read_facts(std::string_view bytes, std::string_view type, const LocatedResource* entry, Item& item) {
  if (item.reason != Reason::other_resource || !ContextReader::reads(type)) return;
  BundleContext* const references = entry == nullptr ? nullptr : &bundle;
  item.text.assign(context_reader.read(bytes, type, entry, references, items.arena(), item.context));
}

/// One item for the Observation, or what else is read, that a URL or key names; false if it names none.
bool Intake::Impl::read_deletion(std::string_view url, const rules::Version& version) {
  Identity named = named_observation(url, items.arena());
  if (named.identity.empty()) {
    ContextFacts facts;
    if (!ContextReader::name_deleted(url, version, items.arena(), facts)) return false;
    items.add(ignored(Reason::other_resource, "")).context = std::move(facts);
    return true;
  }
  complete(named.version, version);
  Item& item = items.add();
  item.disposition = Disposition::candidate;
  item.deletion = true;
  item.resource = named.source;
  item.change.kind = rules::Change::Kind::retraction;
  item.change.source = named.source;
  item.change.identity = named.identity;
  item.change.version = named.version;
  return true;
}

/// A deletion, by the resource that is deleted if it tells whose it is, else by what the URL names.
void Intake::Impl::read_deleted(const LocatedResource& entry) {
  if (ContextReader::reads(entry.type)) {
    Item& item = items.add(ignored(Reason::other_resource, ""));
    read_facts(entry.bytes, entry.type, &entry, item);
    const rules::Version version = version_of(entry.etag, entry.last_modified, zone);
    if (item.context.kind == ContextFacts::Kind::nothing) {
      ContextReader::name_deleted(entry.url, version, items.arena(), item.context);
    }
  } else if (!read_deletion(entry.url, version_of(entry.etag, entry.last_modified, zone))) {
    items.add(ignored(Reason::other_resource, "a deletion of nothing that it names by its id"));
  }
}

void Intake::Impl::read_bundle(std::string_view bytes, const RecordContext& record) {
  switch (locator.locate(bytes)) {
    case ResourceLocator::Outcome::malformed:
      items.add(malformed(bytes));
      return;
    case ResourceLocator::Outcome::too_many_entries:
      items.add(dead(Reason::too_large, "more entries than limits.entries"));
      return;
    case ResourceLocator::Outcome::found:
      break;
  }
  bundle.set(locator.resources());
  for (const LocatedResource& entry : locator.resources()) {
    if (!stands_in_refused(entry)) read_entry(entry, record);
  }
  if (items.size() == 0) items.add(ignored(Reason::other_resource, "a Bundle without entries"));
}

/// Whether a Bundle around it was refused as a whole.
bool Intake::Impl::stands_in_refused(const LocatedResource& entry) const {
  const std::vector<LocatedResource>& all = locator.resources();
  for (std::int32_t i = entry.parent; i != LocatedResource::kNone; i = all[static_cast<std::size_t>(i)].parent) {
    if (check_entry(all[static_cast<std::size_t>(i)])) return true;
  }
  return false;
}

Check Intake::Impl::check_entry(const LocatedResource& entry) {
  if (!entry.duplicate.empty()) return dead(Reason::duplicate_key, ": stands twice in one object");
  if (!entry.problem.empty() && (entry.type.empty() || is_bundle(entry))) return dead(Reason::not_fhir, entry.problem);
  if (entry.modifier_extension) {
    return dead(Reason::modifier_extension, "entry.modifierExtension: not understood");
  }
  if (is_bundle(entry) && entry.implicit_rules) {
    return dead(Reason::modifier_extension, "Bundle.implicitRules: not understood");
  }
  return {};
}

/// One row or more for each resource of a Bundle, but none for a Bundle that can be read.
void Intake::Impl::read_entry(const LocatedResource& entry, const RecordContext& record) {
  const Check refused = check_entry(entry);
  if (is_bundle(entry) && !refused) return;
  items.begin_entry(entry.entry, entry.role == LocatedResource::Role::root ? std::string_view() : entry.bytes);
  if (refused) {
    items.add(*refused, entry.duplicate);
  } else if (entry.method == kDelete) {
    read_deleted(entry);
  } else if (entry.role == LocatedResource::Role::bare_entry) {
    items.add(ignored(Reason::other_resource, "an entry without a resource"));
  } else if (entry.type.empty()) {
    items.add(dead(Reason::not_fhir, "resourceType: missing"));
  } else if (entry.type != kObservation && entry.type != kDiagnosticReport) {
    Item& item = items.add(ignored(Reason::other_resource, ""));
    if (!entry.id.empty()) item.resource = items.arena().join({entry.type, "/", entry.id});
    read_facts(entry.bytes, entry.type, &entry, item);
  } else if (reader.read(entry.bytes, observation) != JsonReader::Outcome::object) {
    // It was read once, inside of the record.
    items.add(malformed(entry.bytes));
  } else {
    const std::size_t first = items.size();
    resources.read(observation, entry.bytes, record, &bundle, &entry, items);
    items.own_texts(first);
  }
}

}  // namespace coagwatch::fhir
