#include "daemon/config/site_amounts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/config/key_types.h"
#include "fhir/terminology.h"
#include "fhir/units.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::Measure;
using rules::SiteProfile;

/// Criteria score it as a multiple of its upper limit of normal.
bool takes_upper_limit(Measure measure) {
  return measure == Measure::d_dimer || measure == Measure::aptt || measure == Measure::pic;
}

/// A laboratory's assay measures it, and it is read in its own unit, not as a multiple.
bool takes_cap(Measure measure) {
  const rules::MeasureInfo& info = rules::measure_info(measure);
  const bool multiple =
      measure == Measure::soluble_fibrin_uln || measure == Measure::tat_uln || measure == Measure::f12_uln;
  return !info.derived_only && !info.vital_sign && !multiple;
}

// Names, because the versions of clang-format set the star of a pointer to member differently.
using AmountsMember = Amounts Draft::*;
using LimitsMember = std::array<std::optional<Decimal>, rules::kMeasureCount> SiteProfile::*;
using HalfMember = std::optional<Value> Amount::*;

/// One of the maps from measures to amounts.
struct AmountKind {
  std::string_view key;  ///< below `site`
  std::string_view meaning;
  std::string_view refusal;  ///< of a measure that cannot stand there
  bool (*takes)(Measure);
  AmountsMember draft;
  LimitsMember target;
};
constexpr std::array kKinds = {
    AmountKind{"upper-limits", "Upper limit of normal of a measure, `d-dimer`, used where a result brings none.",
               "no criterion scores this measure against its upper limit", takes_upper_limit, &Draft::upper_limits,
               &SiteProfile::upper_limits},
    AmountKind{"caps",
               "Where the laboratory's assay of a measure ends without saying so: a result of exactly this value means "
               "that or more.",
               "no laboratory value is read for this measure", takes_cap, &Draft::caps, &SiteProfile::caps},
    AmountKind{"floors", "Where it begins without saying so: a result of exactly this value means that or less.",
               "no laboratory value is read for this measure", takes_cap, &Draft::floors, &SiteProfile::floors},
};

std::string measures_of(const AmountKind& kind) {
  std::string all;
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    const auto measure = static_cast<Measure>(i);
    if (!kind.takes(measure)) continue;
    if (!all.empty()) all += ", ";
    all += rules::measure_info(measure).name;
  }
  return all;
}

Key amount_key(const AmountKind& kind, std::string half, std::string type, std::string meaning, HalfMember target) {
  Key key{"site." + std::string(kind.key) + ".*." + std::move(half),
          std::move(type),
          "",
          std::move(meaning),
          false,
          {},
          {}};
  key.read = [&kind, target](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Measure> measure = rules::measure_named(value.name);
    if (!measure || !kind.takes(*measure)) {
      return std::string(kind.refusal) + "; measures that can stand here: " + measures_of(kind);
    }
    (draft.*kind.draft)[value.name].*target = value;
    return {};
  };
  return key;
}

rules::Problem problem_at(const Place& place, std::string key, std::string text) {
  return {place.file, place.line, place.column, std::move(key), std::move(text)};
}

/// The number in the measure's canonical unit, or what is wrong (nothing where a refused setting would decide).
std::optional<Decimal> canonical_amount(Measure measure, Decimal number, const Value& unit, const Draft& draft,
                                        const fhir::Terminology& terminology, std::string& wrong) {
  const std::optional<fhir::Terminology::Conversion> conversion = terminology.unit(measure, unit.text);
  if (!conversion) {
    wrong = "expected a unit of this measure, such as " + std::string(rules::measure_info(measure).unit) + ", not " +
            unit.shown;
    return std::nullopt;
  }
  const rules::Interval converted = fhir::converted(rules::Interval::point(number), *conversion);
  std::optional<Decimal> amount = converted.is_point() ? std::optional(converted.high) : std::nullopt;
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
    if (amount && ddu) amount = Decimal::multiply(*amount, Decimal::of(2));
  }
  if (!amount) wrong = "the number has too many digits";
  return amount;
}

void finish_amount(const AmountKind& kind, const std::string& name, const Amount& amount, Draft& draft,
                   const fhir::Terminology& terminology, std::vector<rules::Problem>& problems) {
  const std::string key = "site." + std::string(kind.key) + "." + name;
  if (draft.config.undecided(key)) return;
  if (!amount.value || !amount.unit) {
    const Value& there = amount.value ? *amount.value : *amount.unit;
    problems.push_back(problem_at(there.place, key, "expected both value and unit, {value: 0.5, unit: \"mg/L{FEU}\"}"));
    return;
  }
  const Measure measure = rules::measure_named(name).value();
  const std::optional<Decimal> number = Decimal::parse(amount.value->text);
  if (!number || number->sign() <= 0) {
    problems.push_back(
        problem_at(amount.value->place, key + ".value", "expected a number above 0, not " + amount.value->shown));
    return;
  }
  std::string wrong;
  const std::optional<Decimal> canonical = canonical_amount(measure, *number, *amount.unit, draft, terminology, wrong);
  if (!canonical) {
    if (!wrong.empty()) problems.push_back(problem_at(amount.unit->place, key + ".unit", wrong));
    return;
  }
  const Decimal most = rules::measure_info(measure).plausible_high;
  if (*canonical > most) {
    problems.push_back(problem_at(amount.value->place, key + ".value",
                                  "expected at most " + most.to_string() + " " +
                                      std::string(rules::measure_info(measure).unit) + ", not " +
                                      canonical->to_string()));
    return;
  }
  (draft.config.site.*kind.target)[rules::index(measure)] = canonical->normalized();
}

}  // namespace

void add_amount_keys(std::vector<Key>& keys) {
  for (const AmountKind& kind : kKinds) {
    keys.push_back(amount_key(kind, "value", "number above 0", std::string(kind.meaning), &Amount::value));
    keys.push_back(amount_key(kind, "unit", "unit of the measure", "Its unit; for D-dimer `mg/L{FEU}` or `mg/L{DDU}`.",
                              &Amount::unit));
  }
}

void finish_amounts(Draft& draft, std::vector<rules::Problem>& problems) {
  if (draft.upper_limits.empty() && draft.caps.empty() && draft.floors.empty()) return;
  const fhir::Terminology terminology;
  for (const AmountKind& kind : kKinds) {
    for (const auto& [name, amount] : draft.*kind.draft) {
      finish_amount(kind, name, amount, draft, terminology, problems);
    }
  }
  const SiteProfile& site = draft.config.site;
  for (const auto& [name, floor] : draft.floors) {
    const std::size_t i = rules::index(rules::measure_named(name).value());
    if (!site.caps[i] || !site.floors[i] || *site.floors[i] < *site.caps[i]) continue;
    problems.push_back(problem_at(floor.value->place, "site.floors." + name, "expected less than site.caps." + name));
  }
}

}  // namespace coagwatch::daemon
