#include "fhir/platelet_clumps.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fhir/denial.h"
#include "fhir/quantity.h"

namespace coagwatch::fhir {
namespace {

// SNOMED CT: negative, not detected, absent, definitely not present. LOINC: absent, negative, not detected.
// HL7's interpretations: negative, not detected.
constexpr std::array<std::string_view, 9> kNoneCodes = {"260385009", "260415000", "2667000", "410594000", "LA9634-2",
                                                        "LA6577-6",  "LA11883-8", "NEG",     "ND"};
constexpr std::array<std::string_view, 20> kClumps = {"aggregat",
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
                                                      "verklumpte",
                                                      "凝 集",
                                                      "凝 集 塊"};
// Of the clumps; by itself it would be an answer to another question.
constexpr std::array<std::string_view, 9> kPlatelets = {"血 小 板",   "platelet",     "platelets",
                                                        "plt",        "plaquettaire", "plaquettaires",
                                                        "plaquettes", "thrombozyten", "thrombocyte"};

bool means_none(std::string_view text) { return denies(text, {kClumps, {}, kPlatelets, {}}); }

bool means_none(const Concept& answer) {
  const auto is_none = [](const Coding& coding) {
    const bool coded = std::ranges::find(kNoneCodes, coding.code.string()) != kNoneCodes.end();
    return coded || means_none(coding.display.string());
  };
  return means_none(answer.text.string()) || std::any_of(answer.codings.begin(), answer.codings.end(), is_none);
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
