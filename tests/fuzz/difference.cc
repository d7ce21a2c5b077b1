#include "tests/fuzz/difference.h"

#include <string_view>

namespace coagwatch::fuzz {
namespace {

using fhir::Pool;
using fhir::Presence;
using fhir::Scalar;

/// Compares field by field and remembers the path of the first that differs. Structures are taken apart by structured
/// bindings where C++ can, so that a new field does not compile here before it is compared.
class Comparison {
 public:
  std::string path;

  void field(std::string_view name, const Scalar& a, const Scalar& b) {
    note(name, a.kind == b.kind && a.text == b.text);
  }
  void field(std::string_view name, Presence a, Presence b) { note(name, a == b); }
  void field(std::string_view name, bool a, bool b) { note(name, a == b); }
  void field(std::string_view name, std::string_view a, std::string_view b) { note(name, a == b); }
  template <typename T>
  void field(std::string_view name, const Pool<T>& a, const Pool<T>& b) {
    if (!note(name, a.size() == b.size())) return;
    for (std::size_t i = 0; i < a.size() && path.empty(); ++i) {
      compare(a[i], b[i]);
      if (!path.empty()) path = std::string(name) + "[" + std::to_string(i) + "]." + path;
    }
  }
  template <typename T>
  void field(std::string_view name, const T& a, const T& b) {
    if (!path.empty()) return;
    compare(a, b);
    if (!path.empty()) path = std::string(name) + "." + path;
  }

  void compare(const fhir::TextElement& a, const fhir::TextElement& b) {
    const auto& [scalar] = a;
    field("scalar", scalar, b.scalar);
  }
  void compare(const fhir::Coding& a, const fhir::Coding& b) {
    const auto& [system, code, display] = a;
    field("system", system, b.system);
    field("code", code, b.code);
    field("display", display, b.display);
  }
  void compare(const fhir::Concept& a, const fhir::Concept& b) {
    const auto& [presence, text, codings] = a;
    field("presence", presence, b.presence);
    field("text", text, b.text);
    field("codings", codings, b.codings);
  }
  void compare(const fhir::Identifier& a, const fhir::Identifier& b) {
    const auto& [system, value] = a;
    field("system", system, b.system);
    field("value", value, b.value);
  }
  void compare(const fhir::Reference& a, const fhir::Reference& b) {
    const auto& [presence, reference, type, display, identifier] = a;
    field("presence", presence, b.presence);
    field("reference", reference, b.reference);
    field("type", type, b.type);
    field("display", display, b.display);
    field("identifier", identifier, b.identifier);
  }
  void compare(const fhir::Quantity& a, const fhir::Quantity& b) {
    const auto& [presence, value, comparator, unit, system, code] = a;
    field("presence", presence, b.presence);
    field("value", value, b.value);
    field("comparator", comparator, b.comparator);
    field("unit", unit, b.unit);
    field("system", system, b.system);
    field("code", code, b.code);
  }
  void compare(const fhir::Range& a, const fhir::Range& b) {
    const auto& [presence, low, high] = a;
    field("presence", presence, b.presence);
    field("low", low, b.low);
    field("high", high, b.high);
  }
  void compare(const fhir::Ratio& a, const fhir::Ratio& b) {
    const auto& [presence, numerator, denominator] = a;
    field("presence", presence, b.presence);
    field("numerator", numerator, b.numerator);
    field("denominator", denominator, b.denominator);
  }
  void compare(const fhir::Period& a, const fhir::Period& b) {
    const auto& [presence, start, end] = a;
    field("presence", presence, b.presence);
    field("start", start, b.start);
    field("end", end, b.end);
  }
  void compare(const fhir::ReferenceRange& a, const fhir::ReferenceRange& b) {
    const auto& [low, high, type, age, text, applies_to, modifier_extension] = a;
    field("low", low, b.low);
    field("high", high, b.high);
    field("type", type, b.type);
    field("age", age, b.age);
    field("text", text, b.text);
    field("applies_to", applies_to, b.applies_to);
    field("modifier_extension", modifier_extension, b.modifier_extension);
  }
  void compare(const fhir::ModifierExtension& a, const fhir::ModifierExtension& b) {
    const auto& [url, value_coding] = a;
    field("url", url, b.url);
    field("value_coding", value_coding, b.value_coding);
  }
  void compare(const fhir::Extension& a, const fhir::Extension& b) {
    const auto& [url, value_reference] = a;
    field("url", url, b.url);
    field("value_reference", value_reference, b.value_reference);
  }
  void compare(const fhir::Related& a, const fhir::Related& b) {
    const auto& [type, target] = a;
    field("type", type, b.type);
    field("target", target, b.target);
  }
  void compare(const fhir::Collected& a, const fhir::Collected& b) {
    const auto& [date_time, period] = a;
    field("date_time", date_time, b.date_time);
    field("period", period, b.period);
  }
  void compare(const fhir::Contained& a, const fhir::Contained& b) {
    const auto& [resource_type, id, collected, identifiers, type, conditions, additives] = a;
    field("resource_type", resource_type, b.resource_type);
    field("id", id, b.id);
    field("collected", collected, b.collected);
    field("identifiers", identifiers, b.identifiers);
    field("type", type, b.type);
    field("conditions", conditions, b.conditions);
    field("additives", additives, b.additives);
  }
  void compare(const fhir::ResultFields& a, const fhir::ResultFields& b) {
    const auto& [string, integer, boolean, quantity, range, other, absent_reason, modifier_extension] = a;
    field("value_string", string, b.value_string);
    field("value_integer", integer, b.value_integer);
    field("value_boolean", boolean, b.value_boolean);
    field("value_quantity", quantity, b.value_quantity);
    field("value_range", range, b.value_range);
    field("value_other", other, b.value_other);
    field("data_absent_reason", absent_reason, b.data_absent_reason);
    field("modifier_extension", modifier_extension, b.modifier_extension);
  }
  void compare(const fhir::ResultPart& a, const fhir::ResultPart& b) {
    compare(static_cast<const fhir::ResultFields&>(a), static_cast<const fhir::ResultFields&>(b));
    field("code", a.code, b.code);
    field("value_concept", a.value_concept, b.value_concept);
    field("value_ratio", a.value_ratio, b.value_ratio);
    field("reference_ranges", a.reference_ranges, b.reference_ranges);
  }
  void compare(const fhir::ObservationFields& a, const fhir::ObservationFields& b) {
    const auto& [resource_type, id, implicit_rules, status, version_id, last_updated, date_time, instant, issued,
                 category_text, encounter, subject, specimen, period, timing, focus, category, component, old_version,
                 applies_date_time, reliability, applies_period, related, duplicate, duplicate_resource_type] = a;
    field("resource_type", resource_type, b.resource_type);
    field("id", id, b.id);
    field("implicit_rules", implicit_rules, b.implicit_rules);
    field("status", status, b.status);
    field("meta_version_id", version_id, b.meta_version_id);
    field("meta_last_updated", last_updated, b.meta_last_updated);
    field("effective_date_time", date_time, b.effective_date_time);
    field("effective_instant", instant, b.effective_instant);
    field("issued", issued, b.issued);
    field("category_text", category_text, b.category_text);
    field("encounter", encounter, b.encounter);
    field("subject", subject, b.subject);
    field("specimen", specimen, b.specimen);
    field("effective_period", period, b.effective_period);
    field("effective_timing", timing, b.effective_timing);
    field("focus", focus, b.focus);
    field("category", category, b.category);
    field("component", component, b.component);
    field("old_version", old_version, b.old_version);
    field("applies_date_time", applies_date_time, b.applies_date_time);
    field("reliability", reliability, b.reliability);
    field("applies_period", applies_period, b.applies_period);
    field("related_presence", related, b.related_presence);
    field("duplicate_field", duplicate, b.duplicate_field);
    field("duplicate_resource_type", duplicate_resource_type, b.duplicate_resource_type);
  }
  void compare(const fhir::Observation& a, const fhir::Observation& b) {
    compare(static_cast<const fhir::ObservationFields&>(a), static_cast<const fhir::ObservationFields&>(b));
    compare(static_cast<const fhir::ResultPart&>(a), static_cast<const fhir::ResultPart&>(b));
    field("tags", a.tags, b.tags);
    field("identifiers", a.identifiers, b.identifiers);
    field("extensions", a.extensions, b.extensions);
    field("modifier_extensions", a.modifier_extensions, b.modifier_extensions);
    field("category_codings", a.category_codings, b.category_codings);
    field("method", a.method, b.method);
    field("timing_events", a.timing_events, b.timing_events);
    field("components", a.components, b.components);
    field("results", a.results, b.results);
    field("related", a.related, b.related);
    field("contained", a.contained, b.contained);
  }

 private:
  bool note(std::string_view name, bool same) {
    if (!path.empty()) return false;
    if (!same) path = name;
    return same;
  }
};

}  // namespace

std::string difference(const fhir::Observation& a, const fhir::Observation& b) {
  Comparison comparison;
  comparison.compare(a, b);
  return comparison.path;
}

std::string difference(const fhir::Contained& a, const fhir::Contained& b) {
  Comparison comparison;
  comparison.compare(a, b);
  return comparison.path;
}

}  // namespace coagwatch::fuzz
