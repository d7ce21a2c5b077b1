#include "rules/values/unusual.h"

#include <optional>

namespace coagwatch::rules {
namespace {

/// What needs no confirmation, both ends included.
struct Usual {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
};

// In canonical units: fibrinogen 50 and 1000 mg/dL, albumin 1.0 g/dL, bilirubin 40 and creatinine 20 mg/dL. TAT is kept
// as a multiple of its upper limit, to which the table's 200 ug/L does not apply.
Usual usual_values(Measure measure) {
  switch (measure) {
    case Measure::platelets:
      return {Decimal::of(10), Decimal::of(1000)};
    case Measure::pt_seconds:
      return {Decimal::of(9), Decimal::of(100)};
    case Measure::inr:
      return {Decimal(8, -1), Decimal::of(8)};
    case Measure::aptt:
      return {std::nullopt, Decimal::of(150)};
    case Measure::fibrinogen:
      return {Decimal(5, -1), Decimal::of(10)};
    case Measure::d_dimer:
      return {std::nullopt, Decimal::of(100)};
    case Measure::fdp:
      return {std::nullopt, Decimal::of(500)};
    case Measure::antithrombin:
      return {Decimal::of(15), Decimal::of(160)};
    case Measure::albumin:
      return {Decimal::of(10), std::nullopt};
    case Measure::bilirubin:
      return {std::nullopt, Decimal::of(684)};
    case Measure::creatinine:
      return {std::nullopt, Decimal::of(1768)};
    case Measure::wbc:
      return {std::nullopt, Decimal::of(200)};
    case Measure::temperature:
      return {Decimal::of(30), Decimal(425, -1)};
    default:
      return {};
  }
}

}  // namespace

bool is_unusual(Measure measure, const Interval& value) {
  const Usual usual = usual_values(measure);
  const bool below =
      usual.low && !value.high_unbounded && (value.high < *usual.low || (value.high_open && value.high == *usual.low));
  const bool above =
      usual.high && !value.low_unbounded && (value.low > *usual.high || (value.low_open && value.low == *usual.high));
  return below || above;
}

}  // namespace coagwatch::rules
