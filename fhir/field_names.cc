#include "fhir/field_names.h"

#include <array>

namespace coagwatch::fhir {
namespace {

constexpr std::array<std::string_view, kFieldCount> kNames = {"",
                                                              "additiveCodeableConcept",
                                                              "age",
                                                              "appliesDateTime",
                                                              "appliesPeriod",
                                                              "appliesTo",
                                                              "category",
                                                              "code",
                                                              "coding",
                                                              "collectedDateTime",
                                                              "collectedPeriod",
                                                              "collection",
                                                              "comment",
                                                              "comments",
                                                              "comparator",
                                                              "component",
                                                              "condition",
                                                              "contained",
                                                              "container",
                                                              "context",
                                                              "dataAbsentReason",
                                                              "denominator",
                                                              "display",
                                                              "effectiveDateTime",
                                                              "effectiveInstant",
                                                              "effectivePeriod",
                                                              "effectiveTiming",
                                                              "end",
                                                              "entry",
                                                              "etag",
                                                              "event",
                                                              "extension",
                                                              "focus",
                                                              "fullUrl",
                                                              "hasMember",
                                                              "high",
                                                              "id",
                                                              "identifier",
                                                              "ifNoneExist",
                                                              "implicitRules",
                                                              "issued",
                                                              "lastModified",
                                                              "lastUpdated",
                                                              "low",
                                                              "meta",
                                                              "method",
                                                              "modifierExtension",
                                                              "numerator",
                                                              "reference",
                                                              "referenceRange",
                                                              "related",
                                                              "reliability",
                                                              "request",
                                                              "resource",
                                                              "resourceType",
                                                              "response",
                                                              "result",
                                                              "specimen",
                                                              "start",
                                                              "status",
                                                              "subject",
                                                              "system",
                                                              "tag",
                                                              "text",
                                                              "type",
                                                              "unit",
                                                              "url",
                                                              "value",
                                                              "valueAttachment",
                                                              "valueBoolean",
                                                              "valueCodeableConcept",
                                                              "valueCoding",
                                                              "valueDateTime",
                                                              "valueInteger",
                                                              "valuePeriod",
                                                              "valueQuantity",
                                                              "valueRange",
                                                              "valueRatio",
                                                              "valueReference",
                                                              "valueSampledData",
                                                              "valueString",
                                                              "valueTime",
                                                              "versionId"};

// Open addressing, filled at compile time: a look-up is one multiplication and, nearly always, one comparison.
constexpr std::size_t kSlots = 256;

constexpr std::size_t slot_of(std::string_view key) {
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(key[i])); };
  return (key.size() * 31 + at(0) * 7 + at(key.size() - 1) * 61 + at(key.size() / 2) * 17) % kSlots;
}

constexpr std::array<Field, kSlots> make_slots() {
  std::array<Field, kSlots> slots{};
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    std::size_t slot = slot_of(kNames[i]);
    while (slots[slot] != Field::unknown) slot = (slot + 1) % kSlots;
    slots[slot] = static_cast<Field>(i);
  }
  return slots;
}

constexpr std::array<Field, kSlots> kTable = make_slots();

}  // namespace

Field field_named(std::string_view key) {
  if (key.empty()) return Field::unknown;
  for (std::size_t slot = slot_of(key); kTable[slot] != Field::unknown; slot = (slot + 1) % kSlots) {
    if (kNames[static_cast<std::size_t>(kTable[slot])] == key) return kTable[slot];
  }
  return Field::unknown;
}

std::string_view field_name(Field field) { return kNames[static_cast<std::size_t>(field)]; }

}  // namespace coagwatch::fhir
