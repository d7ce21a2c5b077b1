#include "fhir/intake.h"

#include <utility>

#include "fhir/intake_checks.h"
#include "fhir/json_reader.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
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
        checks(terminology, site, limits, own_base),
        items(1) {}

  void read(std::string_view bytes, const RecordContext& context, Item& item);
  /// What the bytes say before the resource is looked at.
  Check check_bytes(std::string_view bytes);

  rules::SiteProfile site;
  IntakeLimits limits;
  JsonReader reader;
  IntakeChecks checks;
  TextArena arena;
  Observation observation;
  std::vector<Item> items;
};

Intake::Intake(const Terminology& terminology, const rules::SiteProfile& site, IntakeLimits limits,
               const std::string& own_base)
    : impl_(std::make_unique<Impl>(terminology, site, limits, own_base)) {}
Intake::~Intake() = default;

std::span<Item> Intake::read(std::string_view bytes, const RecordContext& context) {
  Item& item = impl_->items.front();
  clear(item);
  impl_->arena.clear();
  impl_->read(bytes, context, item);
  return impl_->items;
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

void Intake::Impl::read(std::string_view bytes, const RecordContext& context, Item& item) {
  if (const Check check = check_bytes(bytes)) {
    settle(*check, item);
  } else if (observation.resource_type.text != kObservation) {
    settle(ignored(Reason::other_resource, ""), item);
  } else if (!observation.duplicate_field.empty()) {
    settle(dead(Reason::duplicate_key, ""), item);
    item.text.assign(observation.duplicate_field).append(": stands twice in one object");
  } else {
    checks.judge(observation, context, arena, item);
  }
}

}  // namespace coagwatch::fhir
