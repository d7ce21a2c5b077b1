#include "fhir/intake.h"

#include "fhir/bundle_context.h"
#include "fhir/context_reader.h"
#include "fhir/deletion.h"
#include "fhir/envelope.h"
#include "fhir/json_reader.h"
#include "fhir/json_verdict.h"
#include "fhir/platelet_clumps.h"
#include "fhir/resource_intake.h"
#include "fhir/resource_locator.h"
#include "fhir/servers.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
constexpr std::string_view kDiagnosticReport = "DiagnosticReport";
constexpr std::string_view kBundle = "Bundle";
constexpr std::string_view kDelete = "DELETE";
constexpr std::string_view kPatch = "PATCH";
constexpr std::string_view kNotificationStatus = "the status of a subscription's notification";

/// The first entry of a subscription's notification: R5's own resource, or Parameters (R4 backport).
bool is_notification_status(const LocatedResource& resource) {
  return resource.type == "SubscriptionStatus" || (resource.type == "Parameters" && resource.entry == 0);
}

/// What there is to say of a resource that brings no results.
std::string_view remark_on(const LocatedResource& entry) {
  if (entry.method == kPatch) return "request.method: a PATCH is not understood";
  return is_notification_status(entry) ? kNotificationStatus : std::string_view();
}

bool is_bundle(const LocatedResource& resource) {
  return resource.type == kBundle &&
         (resource.role == LocatedResource::Role::root || resource.role == LocatedResource::Role::entry);
}

}  // namespace

struct Intake::Impl {
  Impl(const Terminology& terminology, const rules::SiteProfile& site_profile, IntakeLimits intake_limits,
       TimeZone site_zone, const std::string& own_base, std::span<const std::string> envelopes)
      : site(site_profile),
        limits(std::move(intake_limits)),
        zone(std::move(site_zone)),
        servers(limits.bases),
        reader(limits.depth),
        locator(limits.entries),
        bundle(limits.depth, terminology, servers),
        envelope_reader(envelopes, limits.depth, limits.entries),
        resources(terminology, site, limits, zone, servers, own_base),
        context_reader(terminology.facts(), zone, servers) {}

  void read(std::string_view bytes, const RecordContext& record);
  void read_value(std::string_view bytes, const RecordContext& record);
  void read_resource(std::string_view bytes, std::string_view own_bytes, const RecordContext& record);
  void read_envelope(std::string_view bytes, JsonReader::Outcome outcome, const RecordContext& record);
  void read_list(const std::vector<Envelope::Part>& parts, const RecordContext& record);
  void read_bundle(std::string_view bytes, std::string_view own_bytes, const RecordContext& record);
  bool is_located(ResourceLocator::Outcome outcome, std::string_view bytes, const RecordContext& record);
  void read_entry(const LocatedResource& entry, const RecordContext& record);
  /// What an entry, or a Bundle inside, says before its resource is looked at.
  static Check check_entry(const LocatedResource& entry);
  [[nodiscard]] bool stands_in_refused(const LocatedResource& entry) const;
  void add(const Verdict& verdict, std::string_view where);
  void delete_entry(const LocatedResource& entry);
  void read_facts(std::string_view bytes, std::string_view type, const LocatedResource* entry, Item& item);

  rules::SiteProfile site;
  IntakeLimits limits;
  TimeZone zone;
  Servers servers;
  JsonReader reader;
  ResourceLocator locator;
  BundleContext bundle;
  EnvelopeReader envelope_reader;
  ResourceIntake resources;
  ContextReader context_reader;
  Observation observation;
  ItemList items;
  std::vector<std::string_view> texts;  // of a list
  std::string_view root_bytes;          // of the Bundle at hand, for its dead letter; empty: the whole record
};

Intake::Intake(const Terminology& terminology, const rules::SiteProfile& site, IntakeLimits limits, TimeZone zone,
               const std::string& own_base, std::span<const std::string> envelopes)
    : impl_(std::make_unique<Impl>(terminology, site, std::move(limits), std::move(zone), own_base, envelopes)) {}
Intake::~Intake() = default;

std::span<Item> Intake::read(std::string_view bytes, const RecordContext& context) {
  impl_->items.clear();
  impl_->read(bytes, context);
  const std::span<Item> items = impl_->items.from(0);
  if (items.size() > 1) mark_clumped(items);
  return items;
}

void Intake::Impl::read(std::string_view bytes, const RecordContext& record) {
  if (bytes.data() == nullptr) {
    read_deletion(record.key, {}, {}, servers, items);
  } else if (bytes.empty()) {
    items.add(dead(Reason::malformed_json, "an empty value"));
  } else if (bytes.size() > limits.bytes) {
    items.add(dead(Reason::too_large, "larger than limits.bytes"));
  } else {
    read_value(bytes, record);
  }
}

void Intake::Impl::read_value(std::string_view bytes, const RecordContext& record) {
  const JsonReader::Outcome outcome = reader.read(bytes, observation);
  if (outcome == JsonReader::Outcome::malformed || outcome == JsonReader::Outcome::invalid_utf8) {
    items.add(unreadable_record(bytes, record.headers, outcome));
  } else if (outcome == JsonReader::Outcome::not_an_object ||
             (outcome == JsonReader::Outcome::object && observation.resource_type.absent())) {
    read_envelope(bytes, outcome, record);
  } else if (const Check refused = verdict_of(outcome)) {
    items.add(*refused);
  } else {
    read_resource(bytes, {}, record);
  }
}

/// What `observation` was read from. `own_bytes` are those of a dead letter; empty: the whole record.
void Intake::Impl::read_resource(std::string_view bytes, std::string_view own_bytes, const RecordContext& record) {
  items.begin_entry(0, own_bytes);
  if (observation.duplicate_resource_type) {
    items.add(dead(Reason::duplicate_key, "resourceType: stands twice"));
  } else if (observation.resource_type.string().empty()) {
    items.add(dead(Reason::not_fhir, "resourceType: missing"));
  } else if (observation.resource_type.text == kBundle) {
    read_bundle(bytes, own_bytes, record);
  } else {
    resources.read(observation, bytes, record, nullptr, nullptr, items);
    read_facts(bytes, observation.resource_type.text, nullptr, items.from(0).front());
  }
}

/// A record that is no resource itself.
void Intake::Impl::read_envelope(std::string_view bytes, JsonReader::Outcome outcome, const RecordContext& record) {
  const Envelope& envelope = envelope_reader.open(bytes);
  switch (envelope.kind) {
    case Envelope::Kind::none:
      items.add(verdict_of(outcome).value_or(dead(Reason::not_fhir, "resourceType: missing")));
      return;
    case Envelope::Kind::verdict:
      add(envelope.verdict, envelope.where);
      return;
    case Envelope::Kind::deletion_of_url:
      read_deletion(envelope.text, {}, {}, servers, items);
      return;
    case Envelope::Kind::deletion_of_resource:
      if (const Check refused = verdict_of(reader.read(envelope.text, observation))) {
        items.add(*refused);  // It was read once.
      } else {
        read_deletion(observation, zone, servers, items);
      }
      return;
    case Envelope::Kind::resources:
      break;
  }
  if (envelope.list) {
    read_list(envelope.parts, record);
  } else if (const Envelope::Part& part = envelope.parts.front(); part.problem) {
    add(*part.problem, part.where);
  } else if (const Check refused = verdict_of(reader.read(part.bytes, observation))) {
    items.add(*refused);  // It was read once.
  } else {
    read_resource(part.bytes, part.bytes, record);
  }
}

/// Of any resource but those of results: what it says of a patient besides.
void Intake::Impl::read_facts(std::string_view bytes, std::string_view type, const LocatedResource* entry, Item& item) {
  if (item.reason != Reason::other_resource || !ContextReader::reads(type)) return;
  BundleContext* const references = entry == nullptr ? nullptr : &bundle;
  item.text.assign(context_reader.read(bytes, type, entry, references, items.arena(), item.context));
}

/// A deletion, by the resource that is deleted if it tells whose it is, else by what the URL names.
void Intake::Impl::delete_entry(const LocatedResource& entry) {
  const rules::Version version = version_of(entry.etag, entry.last_modified, zone);
  if (!ContextReader::reads(entry.type)) {
    read_deletion(entry.url, entry.full_url, version, servers, items);
    return;
  }
  Item& item = items.add(ignored(Reason::other_resource, ""));
  read_facts(entry.bytes, entry.type, &entry, item);
  if (item.context.kind != ContextFacts::Kind::nothing) return;
  item.context.base = servers.base_of(entry.url, entry.full_url);
  if (servers.is_foreign(entry.url) || servers.leaves_open(item.context.base)) return;
  ContextReader::name_deleted(entry.url, version, items.arena(), item.context);
}

/// What an envelope holds, as if it were a Bundle.
void Intake::Impl::read_list(const std::vector<Envelope::Part>& parts, const RecordContext& record) {
  texts.clear();
  for (const Envelope::Part& part : parts) texts.push_back(part.bytes);
  if (!is_located(locator.locate_list(texts), {}, record)) return;
  const std::vector<LocatedResource>& found = locator.resources();
  bundle.set(found);
  auto at = found.begin() + 1;
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    items.begin_entry(i, {});
    if (parts[i].problem) add(*parts[i].problem, parts[i].where);
    for (; at != found.end() && at->entry == i; ++at) {
      if (!stands_in_refused(*at)) read_entry(*at, record);
    }
  }
  if (items.size() == 0) items.add(ignored(Reason::other_resource, "an envelope without resources"));
}

void Intake::Impl::add(const Verdict& verdict, std::string_view where) {
  items.add(verdict, where.empty() ? where : items.arena().join({where, ": "}));
}

/// Adds why nothing was located, if so.
bool Intake::Impl::is_located(ResourceLocator::Outcome outcome, std::string_view bytes, const RecordContext& record) {
  switch (outcome) {
    case ResourceLocator::Outcome::malformed:
      items.add(unreadable_record(bytes, record.headers, JsonReader::Outcome::malformed));
      return false;
    case ResourceLocator::Outcome::too_many_entries:
      items.add(dead(Reason::too_large, "more entries than limits.entries"));
      return false;
    case ResourceLocator::Outcome::found:
      break;
  }
  return true;
}

void Intake::Impl::read_bundle(std::string_view bytes, std::string_view own_bytes, const RecordContext& record) {
  if (!is_located(locator.locate(bytes), bytes, record)) return;
  root_bytes = own_bytes;
  bundle.set(locator.resources());
  for (const LocatedResource& entry : locator.resources()) {
    if (!stands_in_refused(entry)) read_entry(entry, record);
  }
  if (items.size() == 0) {
    items.add(ignored(Reason::other_resource, "a Bundle without entries")).resource =
        read_identity(observation, kBundle, zone, items.arena()).source;
  }
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

/// One row or more for each resource of a Bundle, but none for a Bundle with entries that can be read.
void Intake::Impl::read_entry(const LocatedResource& entry, const RecordContext& record) {
  const Check refused = check_entry(entry);
  if (is_bundle(entry) && !refused && (entry.holds_others || entry.role == LocatedResource::Role::root)) return;
  items.begin_entry(entry.entry, entry.role == LocatedResource::Role::root ? root_bytes : entry.bytes);
  if (refused) {
    items.add(*refused, entry.duplicate);
  } else if (entry.method == kDelete) {
    delete_entry(entry);
  } else if (entry.role == LocatedResource::Role::bare_entry) {
    items.add(ignored(Reason::other_resource, "an entry without a resource: an answer, or a notification by id only"));
  } else if (entry.type.empty()) {
    items.add(dead(Reason::not_fhir, "resourceType: missing"));
  } else if (entry.type != kObservation && entry.type != kDiagnosticReport) {
    Item& item = items.add(ignored(Reason::other_resource, remark_on(entry)));
    if (!entry.id.empty()) item.resource = items.arena().join({entry.type, "/", entry.id});
    read_facts(entry.bytes, entry.type, &entry, item);
  } else if (reader.read(entry.bytes, observation) != JsonReader::Outcome::object) {
    // It was read once, inside of the record.
    items.add(unreadable_record(entry.bytes, record.headers, JsonReader::Outcome::malformed));
  } else {
    const std::size_t first = items.size();
    resources.read(observation, entry.bytes, record, &bundle, &entry, items);
    items.own_texts(first);
  }
}

}  // namespace coagwatch::fhir
