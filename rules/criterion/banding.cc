#include "rules/criterion/banding.h"

#include <algorithm>
#include <optional>
#include <span>

namespace coagwatch::rules {
namespace {

// One end of a quantity, to be compared with cut-offs. For fractions it is kept as numerator and denominator.
struct End {
  Quantity::Form form = Quantity::Form::plain;
  bool unbounded = false;
  bool open = false;
  Decimal value;
  Decimal base;
};

End low_end(const Quantity& quantity) {
  const Interval& value = quantity.value;
  const Interval& base = quantity.base;
  if (quantity.form == Quantity::Form::fall) {
    // The least fall: from the lowest possible baseline to the highest possible count.
    const bool unbounded = value.high_unbounded || base.low_unbounded || base.low.sign() <= 0;
    return {quantity.form, unbounded, value.high_open || base.low_open, value.high, base.low};
  }
  if (quantity.form == Quantity::Form::multiple) {
    return {quantity.form, value.low_unbounded || base.high_unbounded, value.low_open || base.high_open, value.low,
            base.high};
  }
  return {quantity.form, value.low_unbounded, value.low_open, value.low, {}};
}

End high_end(const Quantity& quantity) {
  const Interval& value = quantity.value;
  const Interval& base = quantity.base;
  if (quantity.form == Quantity::Form::fall) {
    const bool unbounded = value.low_unbounded || base.high_unbounded || base.high.sign() <= 0;
    return {quantity.form, unbounded, value.low_open || base.high_open, value.low, base.high};
  }
  if (quantity.form == Quantity::Form::multiple) {
    const bool unbounded = value.high_unbounded || base.low_unbounded || base.low.sign() <= 0;
    return {quantity.form, unbounded, value.high_open || base.low_open, value.high, base.low};
  }
  return {quantity.form, value.high_unbounded, value.high_open, value.high, {}};
}

// The end compared with a cut-off. nullopt: it could not be told exactly, which no cut-off of sane length meets.
std::optional<std::strong_ordering> compare(const End& end, Decimal cut) {
  switch (end.form) {
    case Quantity::Form::multiple:
      return Decimal::compare_product(end.value, cut, end.base);
    case Quantity::Form::fall: {
      // 100 * (1 - value / base) against cut is (100 - cut) * base against 100 * value.
      const auto rest = Decimal::subtract(Decimal::of(100), cut);
      if (!rest) return std::nullopt;
      return Decimal::compare_products(*rest, end.base, Decimal::of(100), end.value);
    }
    case Quantity::Form::plain:
      break;
  }
  return end.value <=> cut;
}

// Whether the whole quantity lies above `band`.
bool above(const End& low, const Band& band) {
  if (!band.high || low.unbounded) return false;
  const auto order = compare(low, *band.high);
  if (!order || *order < 0) return false;
  return *order > 0 || low.open || !band.high_inclusive;
}

// Whether the quantity may lie above `band`.
bool reaches_above(const End& high, const Band& band) {
  if (!band.high) return false;
  if (high.unbounded) return true;
  const auto order = compare(high, *band.high);
  if (!order || *order > 0) return true;
  return *order == 0 && !high.open && !band.high_inclusive;
}

PointSet set_of(std::span<const Band> bands, std::int16_t base) {
  PointSet set = 0;
  for (const Band& band : bands) {
    const int above_base = band.points - base;
    if (above_base >= 0 && above_base < 64) set |= PointSet{1} << above_base;
  }
  return set;
}

/// The one band that holds a value.
std::size_t band_of(const std::vector<Band>& bands, Decimal value) {
  std::size_t at = 0;
  for (; at + 1 < bands.size(); ++at) {
    const auto order = value <=> *bands[at].high;
    if (order < 0 || (order == 0 && bands[at].high_inclusive)) break;
  }
  return at;
}

}  // namespace

std::span<const Band> touched(const std::vector<Band>& bands, const Quantity& quantity) {
  if (quantity.form == Quantity::Form::plain && quantity.value.is_point()) {
    return std::span(bands).subspan(band_of(bands, quantity.value.low), 1);
  }
  const End low = low_end(quantity);
  std::size_t first = 0;
  while (first + 1 < bands.size() && above(low, bands[first])) ++first;
  std::size_t last = first;
  const bool point = quantity.value.is_point() && (quantity.form == Quantity::Form::plain || quantity.base.is_point());
  if (!point) {
    const End high = high_end(quantity);
    while (last + 1 < bands.size() && reaches_above(high, bands[last])) ++last;
  }
  return std::span(bands).subspan(first, last - first + 1);
}

PointRange points_of(const std::vector<Band>& bands, const Quantity& quantity) {
  const std::span<const Band> possible = touched(bands, quantity);
  PointRange range{possible.front().points, possible.front().points};
  for (const Band& band : possible.subspan(1)) {
    range.min = std::min(range.min, band.points);
    range.max = std::max(range.max, band.points);
  }
  return range;
}

PointSet points_in(const std::vector<Band>& bands, const Quantity& quantity, std::int16_t base) {
  return set_of(touched(bands, quantity), base);
}

PointSet points_at(const std::vector<Band>& bands, Decimal value, std::int16_t base) {
  return PointSet{1} << (bands[band_of(bands, value)].points - base);
}

PointSet all_points(const std::vector<Band>& bands, std::int16_t base) { return set_of(bands, base); }

}  // namespace coagwatch::rules
