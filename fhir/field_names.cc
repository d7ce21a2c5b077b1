#include "fhir/field_names.h"

#include <array>
#include <cstdint>
#include <cstring>

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
                                                              "encounter",
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
                                                              "target",
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

template <typename Word>
Word word_at(const char* text) {
  Word word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

/// Whether two texts of that length, which is that of a word at least, are the same.
template <typename Word>
bool same_words(const char* a, const char* b, std::size_t length) {
  std::size_t at = 0;
  for (; at + sizeof(Word) < length; at += sizeof(Word)) {
    if (word_at<Word>(a + at) != word_at<Word>(b + at)) return false;
  }
  at = length - sizeof(Word);
  return word_at<Word>(a + at) == word_at<Word>(b + at);
}

/// Names are short: a call of memcmp costs more than comparing them.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() >= sizeof(std::uint64_t)) return same_words<std::uint64_t>(a.data(), b.data(), a.size());
  if (a.size() >= sizeof(std::uint32_t)) return same_words<std::uint32_t>(a.data(), b.data(), a.size());
  return a[0] == b[0] && a.back() == b.back() && a[a.size() / 2] == b[b.size() / 2];
}

}  // namespace

Field field_named(std::string_view key) {
  if (key.empty()) return Field::unknown;
  for (std::size_t slot = slot_of(key); kTable[slot] != Field::unknown; slot = (slot + 1) % kSlots) {
    if (same(kNames[static_cast<std::size_t>(kTable[slot])], key)) return kTable[slot];
  }
  return Field::unknown;
}

std::string_view field_name(Field field) { return kNames[static_cast<std::size_t>(field)]; }

}  // namespace coagwatch::fhir
