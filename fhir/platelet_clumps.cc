#include "fhir/platelet_clumps.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fhir/name_words.h"
#include "fhir/quantity.h"

namespace coagwatch::fhir {
namespace {

// SNOMED CT: negative, not detected, absent, definitely not present. LOINC: absent, negative, not detected.
// HL7's interpretations: negative, not detected.
constexpr std::array<std::string_view, 9> kNoneCodes = {"260385009", "260415000", "2667000", "410594000", "LA9634-2",
                                                        "LA6577-6",  "LA11883-8", "NEG",     "ND"};
// Answers without a word that could be compared, and those of a script that has no spaces.
constexpr std::array<std::string_view, 13> kNoneSigns = {"-",  "(-)",  "－",   "（－）", "−",      "(−)",     "–",
                                                         "無", "無し", "なし", "陰性",   "認めず", "認めない"};
// Words that say it alone.
constexpr std::array<std::string_view, 19> kNone = {
    "0", "absence", "absent", "absente",  "absentes", "absents", "aucun", "aucune", "kein",   "keine",
    "n", "nein",    "neg",    "negative", "negatif",  "nil",     "no",    "none",   "negativ"};
// Words that deny what stands beside them.
constexpr std::array<std::string_view, 6> kNot = {"nicht", "non", "not", "pas", "sans", "without"};
constexpr std::array<std::string_view, 35> kSeen = {
    "any",     "apparent", "d",        "de",       "detectable", "detected",     "erkennbar",
    "evident", "found",    "gefunden", "gesehen",  "identified", "nachgewiesen", "nachweisbar",
    "noted",   "observed", "present",  "presente", "presentes",  "presents",     "reported",
    "seen",    "sichtbar", "visible",  "visibles", "visualized", "visualised",   "vorhanden",
    "vu",      "vue",      "vues",     "vus",      "detectes",   "observes",     "microscopically"};
constexpr std::array<std::string_view, 18> kClumps = {"aggregat",
                                                      "aggregate",
                                                      "aggregates",
                                                      "aggregation",
                                                      "agregat",
                                                      "agregats",
                                                      "agglomerate",
                                                      "amas",
                                                      "clump",
                                                      "clumped",
                                                      "clumping",
                                                      "clumps",
                                                      "plattchenaggregate",
                                                      "thrombozytenaggregate",
                                                      "thrombozytenaggregation",
                                                      "verklumpung",
                                                      "verklumpungen",
                                                      "verklumpte"};
// Of the clumps; by itself it would be an answer to another question.
constexpr std::array<std::string_view, 8> kPlatelets = {"platelet",      "platelets",  "plt",          "plaquettaire",
                                                        "plaquettaires", "plaquettes", "thrombozyten", "thrombocyte"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// True if every word of the text serves to say that there are none: `No platelet clumps seen`, but not `None but few`.
bool says_none(std::string_view words) {
  constexpr std::string_view kNoEvidence = "no evidence of ";
  if (words == "non") return true;  // French for no; before other words it is not
  bool none = words.starts_with(kNoEvidence);
  bool denied = false;
  bool seen = false;
  bool clumps = false;
  bool platelets = false;
  if (none) words.remove_prefix(kNoEvidence.size());
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (is_one_of(kNone, word)) {
      none = true;
    } else if (is_one_of(kNot, word)) {
      if (denied) return false;
      denied = true;
    } else if (is_one_of(kSeen, word)) {
      seen = true;
    } else if (is_one_of(kClumps, word)) {
      clumps = true;
    } else if (is_one_of(kPlatelets, word)) {
      platelets = true;
    } else {
      return false;
    }
  }
  // What is denied twice is there.
  return none != denied && (none || seen || clumps) && (clumps || !platelets);
}

bool means_none(std::string_view text) {
  if (is_one_of(kNoneSigns, text)) return true;
  return text.size() <= NameWords::kMaxText && says_none(NameWords(text).text());
}

bool means_none(const Concept& answer) {
  const auto is_none = [](const Coding& coding) {
    return is_one_of(kNoneCodes, coding.code.string()) || means_none(trimmed(coding.display.string()));
  };
  return means_none(trimmed(answer.text.string())) ||
         std::any_of(answer.codings.begin(), answer.codings.end(), is_none);
}

bool is_zero(const Scalar& number) {
  const auto value = rules::parse_enclosing(number.text);
  return number.is_number() && value && *value == rules::Interval::point(rules::Decimal::of(0));
}

bool same_specimen(const Item& clumps, const Item& count) {
  const bool both = !clumps.specimen.empty() && !count.specimen.empty();
  const bool local = clumps.specimen.starts_with('#') || count.specimen.starts_with('#');
  const bool one_resource = clumps.entry == count.entry && clumps.bytes.data() == count.bytes.data();
  if (both && (!local || one_resource)) return clumps.specimen == count.specimen;
  return clumps.change.result.at.known() && clumps.change.result.at == count.change.result.at;
}

bool is_count(const Item& item) {
  return item.disposition == Disposition::candidate && item.change.kind == rules::Change::Kind::result &&
         item.change.result.measure == rules::Measure::platelets;
}

}  // namespace

bool says_clumps(const ResultPart& part) {
  if (!part.has_value() || part.data_absent_reason != Presence::absent) return false;
  if (!part.value_boolean.absent()) return part.value_boolean.text != "false";
  if (!part.value_string.absent()) {
    const std::string_view text = trimmed(part.value_string.string());
    return !text.empty() && !means_none(text);
  }
  if (part.value_concept.presence == Presence::present) return !means_none(part.value_concept);
  if (!part.value_integer.absent()) return !is_zero(part.value_integer);
  if (part.value_quantity.presence == Presence::present) {
    if (part.value_quantity.value.absent()) return false;
    return !is_zero(part.value_quantity.value) || !part.value_quantity.comparator.absent();
  }
  return true;
}

void mark_clumped(std::span<Item> items) {
  for (const Item& clumps : items) {
    if (!clumps.clumps || clumps.patient.empty()) continue;
    for (Item& item : items) {
      if (!is_count(item) || item.patient != clumps.patient || !same_specimen(clumps, item)) continue;
      item.disposition = Disposition::unusable;
      item.reason = Reason::platelet_clumps;
      item.change.result.unusable = unusable_of(item.reason);
    }
  }
}

}  // namespace coagwatch::fhir
