#include "rules/scoring/d_dimer_limit.h"

namespace coagwatch::rules {
namespace {

constexpr std::int64_t kAdult = 18;
constexpr std::int64_t kAdjustedAbove = 50;
constexpr Decimal kUsualLimit{50, -2};  // mg/L FEU
constexpr Decimal kLeastPerYear{95, -4};
constexpr Decimal kMostPerYear{105, -4};

// The mean year of the calendar: at a birthday it may be a day off, which the 5 % do not feel.
constexpr Duration kYear{31'556'952'000'000};

bool is_age_adjusted(const PatientState& state, const LabResult& lab, Decimal limit) {
  if (limit <= kUsualLimit) return false;
  if ((lab.flags & kFlagAgeAdjustedLimit) != 0) return true;
  const auto age = age_of(state, lab.at);
  if (!age || *age <= kAdjustedAbove) return false;
  const Decimal years = Decimal::of(*age);
  return Decimal::compare_product(limit, years, kLeastPerYear) >= 0 &&
         Decimal::compare_product(limit, years, kMostPerYear) <= 0;
}

}  // namespace

Timestamp grown_up_at(const PatientState& state) {
  Timestamp grown_up = Timestamp::none();
  for (const StoredFact& stored : state.facts) {
    if (stored.fact != Fact::child || stored.value != Tristate::no || !stored.start.known()) continue;
    if (!grown_up.known() || stored.start < grown_up) grown_up = stored.start;
  }
  return grown_up;
}

std::optional<std::int64_t> age_of(const PatientState& state, Timestamp at) {
  const Timestamp grown_up = grown_up_at(state);
  if (!grown_up.known() || grown_up > at) return std::nullopt;
  return kAdult + (at - grown_up).micros / kYear.micros;
}

std::optional<DDimerLimit> d_dimer_limit(const PatientState& state, const SiteProfile& site, const LabResult& d_dimer) {
  const bool no_flavour = (d_dimer.flags & kFlagMultipleOnly) != 0;
  const auto positive = [](std::optional<Decimal> limit) {
    if (limit && limit->sign() <= 0) limit.reset();
    return limit;
  };
  const std::optional<Decimal> of_site =
      no_flavour ? std::nullopt : positive(site.upper_limits[index(Measure::d_dimer)]);
  std::optional<Decimal> own = positive(d_dimer.upper_limit);
  // The value of a DDU result was doubled to FEU and its limit was not.
  if (own && (d_dimer.flags & kFlagDduConverted) != 0) own = Decimal::multiply(*own, Decimal::of(2));
  if (!own) return of_site ? std::optional(DDimerLimit{*of_site}) : std::nullopt;
  const bool age_adjusted = is_age_adjusted(state, d_dimer, *own);
  return DDimerLimit{age_adjusted && of_site ? *of_site : *own, age_adjusted};
}

}  // namespace coagwatch::rules
