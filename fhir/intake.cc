#include "fhir/intake.h"

#include <utility>

#include "fhir/bundle_context.h"
#include "fhir/intake_checks.h"
#include "fhir/json_reader.h"
#include "fhir/resource_locator.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
constexpr std::string_view kBundle = "Bundle";
// Confluent's schema registry puts a zero byte and four bytes of schema id before each value.
constexpr std::size_t kSchemaHeader = 5;

void clear(Item& item) {
  std::string text = std::move(item.text);
  text.clear();
  item = {};
  item.text = std::move(text);
  item.change.result.at = rules::Timestamp::none();
}

void settle(const Verdict& verdict, Item& item) {
  item.disposition = verdict.disposition;
  item.reason = verdict.reason;
  item.text.assign(verdict.text);
}

Verdict malformed(std::string_view bytes) {
  if (bytes.size() > kSchemaHeader && bytes.front() == '\0') {
    return dead(Reason::malformed_json, "begins with a schema registry header; expected plain JSON");
  }
  return dead(Reason::malformed_json, "expected one JSON object");
}

}  // namespace

struct Intake::Impl {
  Impl(const Terminology& terminology, const rules::SiteProfile& site_profile, IntakeLimits intake_limits,
       const std::string& own_base)
      : site(site_profile),
        limits(intake_limits),
        reader(intake_limits.depth),
        locator(intake_limits.entries),
        bundle(intake_limits.depth),
        checks(terminology, site, limits, own_base) {}

  void read(std::string_view bytes, const RecordContext& context);
  /// What the bytes say before the resource is looked at.
  Check check_bytes(std::string_view bytes);
  void read_bundle(std::string_view bytes, const RecordContext& context);
  void read_entry(const LocatedResource& resource, const RecordContext& context);
  [[nodiscard]] bool stands_in_ambiguous(const LocatedResource& resource) const;
  void judge(const RecordContext& context, BundleContext* references, Item& item);
  Item& next_item();
  void own_texts(Item& item);

  rules::SiteProfile site;
  IntakeLimits limits;
  JsonReader reader;
  ResourceLocator locator;
  BundleContext bundle;
  IntakeChecks checks;
  TextArena arena;
  Observation observation;
  std::vector<Item> items;  // the first used are of this record
  std::size_t used = 0;
};

Intake::Intake(const Terminology& terminology, const rules::SiteProfile& site, IntakeLimits limits,
               const std::string& own_base)
    : impl_(std::make_unique<Impl>(terminology, site, limits, own_base)) {}
Intake::~Intake() = default;

std::span<Item> Intake::read(std::string_view bytes, const RecordContext& context) {
  impl_->used = 0;
  impl_->arena.clear();
  impl_->read(bytes, context);
  return {impl_->items.data(), impl_->used};
}

Item& Intake::Impl::next_item() {
  if (used == items.size()) items.emplace_back();
  Item& item = items[used++];
  clear(item);
  return item;
}

Check Intake::Impl::check_bytes(std::string_view bytes) {
  if (bytes.data() == nullptr) return ignored(Reason::other_resource, "a tombstone");
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

void Intake::Impl::read(std::string_view bytes, const RecordContext& context) {
  if (const Check check = check_bytes(bytes)) {
    settle(*check, next_item());
  } else if (observation.resource_type.text == kObservation) {
    judge(context, nullptr, next_item());
  } else if (observation.resource_type.text == kBundle) {
    read_bundle(bytes, context);
  } else {
    settle(ignored(Reason::other_resource, ""), next_item());
  }
}

void Intake::Impl::judge(const RecordContext& context, BundleContext* references, Item& item) {
  if (!observation.duplicate_field.empty()) {
    settle(dead(Reason::duplicate_key, ""), item);
    item.text.assign(observation.duplicate_field).append(": stands twice in one object");
  } else {
    checks.judge(observation, context, references, arena, item);
  }
}

void Intake::Impl::read_bundle(std::string_view bytes, const RecordContext& context) {
  switch (locator.locate(bytes)) {
    case ResourceLocator::Outcome::malformed:
      return settle(malformed(bytes), next_item());
    case ResourceLocator::Outcome::too_many_entries:
      return settle(dead(Reason::too_large, "more entries than limits.entries"), next_item());
    case ResourceLocator::Outcome::found:
      break;
  }
  bundle.set(locator.resources());
  for (const LocatedResource& resource : locator.resources()) {
    if (!stands_in_ambiguous(resource)) read_entry(resource, context);
  }
  if (used == 0) settle(ignored(Reason::other_resource, "a Bundle without entries"), next_item());
}

/// Whether a Bundle around it was refused as a whole.
bool Intake::Impl::stands_in_ambiguous(const LocatedResource& resource) const {
  const std::vector<LocatedResource>& all = locator.resources();
  for (std::int32_t i = resource.parent; i != LocatedResource::kNone; i = all[static_cast<std::size_t>(i)].parent) {
    if (!all[static_cast<std::size_t>(i)].duplicate.empty()) return true;
  }
  return false;
}

/// One row for each resource of a Bundle, but none for a Bundle that can be read.
void Intake::Impl::read_entry(const LocatedResource& resource, const RecordContext& context) {
  const bool is_bundle = resource.type == kBundle && resource.role != LocatedResource::Role::bare_entry;
  if (is_bundle && resource.duplicate.empty()) return;
  Item& item = next_item();
  item.entry = resource.entry;
  if (resource.role != LocatedResource::Role::root) item.bytes = resource.bytes;
  if (!resource.duplicate.empty()) {
    settle(dead(Reason::duplicate_key, ""), item);
    item.text.assign(resource.duplicate).append(": stands twice in one object");
  } else if (resource.role == LocatedResource::Role::bare_entry) {
    settle(ignored(Reason::other_resource, "an entry without a resource"), item);
  } else if (resource.type.empty()) {
    settle(dead(Reason::not_fhir, "resourceType: missing"), item);
  } else if (resource.type != kObservation) {
    settle(ignored(Reason::other_resource, ""), item);
    if (!resource.id.empty()) item.resource = arena.join({resource.type, "/", resource.id});
  } else if (reader.read(resource.bytes, observation) != JsonReader::Outcome::object) {
    // It was read once, inside of the record.
    settle(malformed(resource.bytes), item);
  } else {
    judge(context, &bundle, item);
    own_texts(item);
  }
}

/// The next resource is read into the same buffer.
void Intake::Impl::own_texts(Item& item) {
  for (std::string_view* text :
       {&item.resource, &item.patient, &item.code, &item.change.source, &item.change.identity}) {
    *text = arena.join({*text});
  }
}

}  // namespace coagwatch::fhir
