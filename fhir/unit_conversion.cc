#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;

/// One end of a quotient: the six-decimal number at or just beside it.
struct QuotientEnd {
  Decimal value;
  bool open = false;
};

std::optional<QuotientEnd> quotient_end(Decimal dividend, Decimal divisor, bool below) {
  constexpr int kDigits = 6;
  constexpr Decimal kStep{1, -kDigits};
  const auto nearest = Decimal::divide_half_up(dividend, divisor, kDigits);
  if (!nearest) return std::nullopt;
  const auto order = Decimal::compare_product(dividend, *nearest, divisor);
  if (order == 0) return QuotientEnd{nearest->normalized(), false};
  const bool nearest_is_below = order > 0;
  if (nearest_is_below == below) return QuotientEnd{*nearest, true};
  const auto beside = below ? Decimal::subtract(*nearest, kStep) : Decimal::add(*nearest, kStep);
  if (!beside) return std::nullopt;
  return QuotientEnd{*beside, true};
}

}  // namespace

bool may_lack_unit(Measure measure) {
  switch (measure) {
    case Measure::inr:
    case Measure::pt_ratio:
    case Measure::gcs:
    case Measure::fio2:
    case Measure::sofa:
    case Measure::sofa_respiratory:
    case Measure::sofa_coagulation:
    case Measure::sofa_liver:
    case Measure::sofa_cardiovascular:
    case Measure::sofa_cns:
    case Measure::sofa_renal:
      return true;
    default:
      return false;
  }
}

std::optional<Interval> divided(const Interval& value, Decimal divisor) {
  Interval result = value;
  if (!value.low_unbounded) {
    const auto low = quotient_end(value.low, divisor, true);
    if (!low) return std::nullopt;
    result.low = low->value;
    result.low_open = value.low_open || low->open;
  }
  if (!value.high_unbounded) {
    const auto high = quotient_end(value.high, divisor, false);
    if (!high) return std::nullopt;
    result.high = high->value;
    result.high_open = value.high_open || high->open;
  }
  return result;
}

Interval converted(const Interval& value, const Terminology::Conversion& conversion) {
  const Interval moved = conversion.offset.is_zero() ? value : rules::shifted(value, conversion.offset);
  const Interval multiplied = rules::scaled(moved, conversion.factor);
  if (conversion.divisor == Decimal::of(1)) return multiplied;
  // Only what is far outside any measure's limits does not fit; undivided it stays outside.
  return divided(multiplied, conversion.divisor).value_or(multiplied);
}

void append_conversion(const Terminology::Conversion& conversion, std::string& out) {
  conversion.factor.append_to(out);
  if (conversion.divisor != Decimal::of(1)) conversion.divisor.append_to(out.append(" / "));
  if (!conversion.offset.is_zero()) conversion.offset.append_to(out.append(" after "));
}

}  // namespace coagwatch::fhir
