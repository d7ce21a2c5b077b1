#include "daemon/config/site_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/config/key_types.h"
#include "fhir/terminology.h"
#include "fhir/units.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::Fact;
using rules::Measure;
using rules::SiteProfile;

/// Bedside facts and treatments that a ward can always chart. Facts that define a population or open a gate are not
/// here: "no" for them must come from an explicit resource.
constexpr std::array kChartable = {Fact::bleeding,
                                   Fact::organ_symptoms,
                                   Fact::thrombomodulin,
                                   Fact::fibrinogen_concentrate,
                                   Fact::platelet_transfusion,
                                   Fact::red_cell_transfusion,
                                   Fact::plasma_transfusion,
                                   Fact::antithrombin_concentrate,
                                   Fact::vasopressor,
                                   Fact::respiratory_support,
                                   Fact::ecmo,
                                   Fact::renal_replacement};

/// Measures that criteria score as a multiple of their upper limit of normal.
constexpr std::array kWithUpperLimit = {Measure::d_dimer};

/// A positive decimal, not above `most`.
Key decimal_key(std::string path, const std::string& unit, Decimal most, std::string meaning,
                std::optional<Decimal>& (*target)(SiteProfile&)) {
  const std::string what = "number above 0, at most " + most.to_string() + (unit.empty() ? "" : ", " + unit);
  Key key{std::move(path), what, "", std::move(meaning), false, {}, {}};
  key.read = [what, most, target](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Decimal> number = Decimal::parse(value.text);
    if (!number || number->sign() <= 0 || *number > most) return expected("a " + what, value);
    target(draft.config.site) = number;
    return {};
  };
  return key;
}

std::string names_of(const std::vector<std::string_view>& names) {
  std::string all;
  for (const std::string_view name : names) {
    if (!all.empty()) all += ", ";
    all += name;
  }
  return all;
}

using UpperLimitHalf = std::optional<Value> UpperLimit::*;

Key upper_limit_key(std::string half, std::string type, std::string meaning, UpperLimitHalf target) {
  Key key{"site.upper-limits.*." + std::move(half), std::move(type), "", std::move(meaning), false, {}, {}};
  key.read = [target](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Measure> measure = rules::measure_named(value.name);
    if (!measure || std::find(kWithUpperLimit.begin(), kWithUpperLimit.end(), *measure) == kWithUpperLimit.end()) {
      std::vector<std::string_view> names;
      names.reserve(kWithUpperLimit.size());
      for (const Measure each : kWithUpperLimit) names.push_back(rules::measure_info(each).name);
      return "no criterion scores a multiple of this measure's upper limit; measures that can stand here: " +
             names_of(names);
    }
    draft.upper_limits[value.name].*target = value;
    return {};
  };
  return key;
}

Key charted_key() {
  std::vector<std::string_view> names;
  names.reserve(kChartable.size());
  for (const Fact fact : kChartable) names.push_back(rules::fact_name(fact));
  Key key{"site.charted",
          "list of facts: " + names_of(names),
          "[]",
          "Bedside facts and treatments that the site always charts: where none is charted, there is none.",
          true,
          {},
          {}};
  key.clear = [](Draft& draft) { draft.config.site.charted.reset(); };
  key.read = [names](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Fact> fact = rules::fact_named(value.text);
    if (!fact) return expected("one of " + names_of(names), value);
    if (std::find(kChartable.begin(), kChartable.end(), *fact) == kChartable.end()) {
      return value.shown + " decides who a criterion is for: its absence cannot be assumed. Expected one of " +
             names_of(names);
    }
    draft.config.site.charted.set(rules::index(*fact));
    return {};
  };
  return key;
}

Key time_zone_key() {
  const std::string what = "IANA time zone of this machine's tzdata, such as Europe/Berlin";
  Key key{"site.time-zone",
          what,
          "UTC",
          "What the site's clocks show: for dates alone, and for times that come without a zone.",
          false,
          {},
          {}};
  key.read = [what](Draft& draft, const Value& value) -> Wrong {
    const std::optional<fhir::TimeZone> zone = fhir::TimeZone::named(value.text);
    if (!zone) return expected("an " + what, value);
    draft.config.time_zone = *zone;
    return {};
  };
  return key;
}

rules::Problem problem_at(const Place& place, std::string key, std::string text) {
  return {place.file, place.line, place.column, std::move(key), std::move(text)};
}

/// The limit in the measure's canonical unit, or what is wrong (nothing where a refused setting would decide).
std::optional<Decimal> canonical_limit(Measure measure, Decimal number, const Value& unit, const Draft& draft,
                                       const fhir::Terminology& terminology, std::string& wrong) {
  const std::optional<fhir::Terminology::Conversion> conversion = terminology.unit(measure, unit.text);
  if (!conversion) {
    wrong = "expected a unit of this measure, such as " + std::string(rules::measure_info(measure).unit) + ", not " +
            unit.shown;
    return std::nullopt;
  }
  const rules::Interval converted = fhir::converted(rules::Interval::point(number), *conversion);
  std::optional<Decimal> limit = converted.is_point() ? std::optional(converted.high) : std::nullopt;
  if (measure == Measure::d_dimer) {
    using Flavour = SiteProfile::DDimerFlavour;
    const Flavour of_site = draft.config.site.d_dimer_flavour;
    const Flavour of_unit = conversion->flavour == fhir::DDimerFlavour::feu   ? Flavour::feu
                            : conversion->flavour == fhir::DDimerFlavour::ddu ? Flavour::ddu
                                                                              : Flavour::unknown;
    if (conversion->flavour_conflict) {
      wrong = "the unit names both FEU and DDU";
      return std::nullopt;
    }
    if (of_unit == Flavour::unknown && of_site == Flavour::unknown) {
      if (draft.config.undecided("site.d-dimer-flavour")) return std::nullopt;
      wrong =
          "FEU or DDU? A factor of two lies between them: write the unit as mg/L{FEU} or mg/L{DDU}, or set "
          "site.d-dimer-flavour";
      return std::nullopt;
    }
    if (of_unit != Flavour::unknown && of_site != Flavour::unknown && of_unit != of_site) {
      wrong = "the unit contradicts site.d-dimer-flavour";
      return std::nullopt;
    }
    const bool ddu = of_unit == Flavour::ddu || (of_unit == Flavour::unknown && of_site == Flavour::ddu);
    // DDU x 2 = FEU, the canonical flavour.
    if (limit && ddu) limit = Decimal::multiply(*limit, Decimal::of(2));
  }
  if (!limit) wrong = "the number has too many digits";
  return limit;
}

void finish_upper_limit(const std::string& name, const UpperLimit& limit, Draft& draft,
                        const fhir::Terminology& terminology, std::vector<rules::Problem>& problems) {
  const std::string key = "site.upper-limits." + name;
  if (draft.config.undecided(key)) return;
  if (!limit.value || !limit.unit) {
    const Value& there = limit.value ? *limit.value : *limit.unit;
    problems.push_back(problem_at(there.place, key, "expected both value and unit, {value: 0.5, unit: \"mg/L{FEU}\"}"));
    return;
  }
  const Measure measure = rules::measure_named(name).value();
  const std::optional<Decimal> number = Decimal::parse(limit.value->text);
  if (!number || number->sign() <= 0) {
    problems.push_back(
        problem_at(limit.value->place, key + ".value", "expected a number above 0, not " + limit.value->shown));
    return;
  }
  std::string wrong;
  const std::optional<Decimal> canonical = canonical_limit(measure, *number, *limit.unit, draft, terminology, wrong);
  if (!canonical) {
    if (!wrong.empty()) problems.push_back(problem_at(limit.unit->place, key + ".unit", wrong));
    return;
  }
  const Decimal most = rules::measure_info(measure).plausible_high;
  if (*canonical > most) {
    problems.push_back(problem_at(limit.value->place, key + ".value",
                                  "expected at most " + most.to_string() + " " +
                                      std::string(rules::measure_info(measure).unit) + ", not " +
                                      canonical->to_string()));
    return;
  }
  draft.config.site.upper_limits[rules::index(measure)] = canonical->normalized();
}

}  // namespace

void add_site_keys(std::vector<Key>& keys) {
  const Decimal longest = rules::measure_info(Measure::pt_seconds).plausible_high;
  keys.push_back(decimal_key("site.pt-control-seconds", "s", longest,
                             "Mean normal prothrombin time. Without it no PT ratio or prolongation comes from seconds.",
                             [](SiteProfile& s) -> std::optional<Decimal>& { return s.pt_control_seconds; }));
  keys.push_back(decimal_key("site.pt-upper-limit-seconds", "s", longest, "Upper limit of the normal prothrombin time.",
                             [](SiteProfile& s) -> std::optional<Decimal>& { return s.pt_upper_limit_seconds; }));
  static constexpr std::array<std::pair<std::string_view, SiteProfile::PtReference>, 2> kReferences = {
      {{"control", SiteProfile::PtReference::control}, {"upper-limit", SiteProfile::PtReference::upper_limit}}};
  keys.push_back(choice_key<SiteProfile::PtReference>(
      "site.pt-reference", kReferences, "control", "What the prolongation of the prothrombin time counts from.",
      [](Config& c) -> SiteProfile::PtReference& { return c.site.pt_reference; }));
  keys.push_back(decimal_key("site.isi", "", Decimal::of(10),
                             "International sensitivity index of the thromboplastin. Without it an INR is no PT ratio.",
                             [](SiteProfile& s) -> std::optional<Decimal>& { return s.isi; }));
  keys.push_back(upper_limit_key("value", "number above 0",
                                 "Upper limit of normal of a measure, `d-dimer`, used where a result brings none.",
                                 &UpperLimit::value));
  keys.push_back(upper_limit_key("unit", "unit of the measure", "Its unit; for D-dimer `mg/L{FEU}` or `mg/L{DDU}`.",
                                 &UpperLimit::unit));
  static constexpr std::array<std::pair<std::string_view, SiteProfile::DDimerFlavour>, 2> kFlavours = {
      {{"feu", SiteProfile::DDimerFlavour::feu}, {"ddu", SiteProfile::DDimerFlavour::ddu}}};
  keys.push_back(choice_key<SiteProfile::DDimerFlavour>(
      "site.d-dimer-flavour", kFlavours, "",
      "What the laboratory's D-dimer is measured in, where neither code nor unit says so.",
      [](Config& c) -> SiteProfile::DDimerFlavour& { return c.site.d_dimer_flavour; }));
  keys.push_back(charted_key());
  keys.push_back(time_zone_key());
}

void finish_site(Draft& draft, std::vector<rules::Problem>& problems) {
  const SiteProfile& site = draft.config.site;
  if (site.pt_reference == SiteProfile::PtReference::upper_limit && !site.pt_upper_limit_seconds &&
      !draft.config.undecided("site.pt-upper-limit-seconds")) {
    problems.push_back(
        draft.config.problem("site.pt-reference", "upper-limit needs site.pt-upper-limit-seconds to be set"));
  }
  if (draft.upper_limits.empty()) return;
  const fhir::Terminology terminology;
  for (const auto& [name, limit] : draft.upper_limits) {
    finish_upper_limit(name, limit, draft, terminology, problems);
  }
}

}  // namespace coagwatch::daemon
