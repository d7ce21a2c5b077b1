#include "rules/values/d_dimer_kit.h"

#include <algorithm>
#include <array>

namespace coagwatch::rules {
namespace {

using Published = std::array<KitPoint, 2>;

constexpr Published published(Decimal at_10, Decimal at_25) {
  return {{{Decimal::of(10), at_10}, {Decimal::of(25), at_25}}};
}

constexpr Published kSysmex = published(Decimal(54, -1), Decimal(132, -1));
constexpr Published kNissui = published(Decimal(104, -1), Decimal(270, -1));
constexpr Published kBioview = published(Decimal(65, -1), Decimal(882, -2));
constexpr Published kIatron = published(Decimal(663, -2), Decimal(1631, -2));
constexpr Published kRoche = published(Decimal(41, -1), Decimal(101, -1));

constexpr std::array kKits = {DDimerKit{"sysmex", kSysmex}, DDimerKit{"nissui", kNissui},
                              DDimerKit{"bioview", kBioview}, DDimerKit{"iatron", kIatron}, DDimerKit{"roche", kRoche}};

}  // namespace

std::span<const DDimerKit> d_dimer_kits() { return kKits; }

const DDimerKit* d_dimer_kit_named(std::string_view name) {
  const auto* const kit = std::ranges::find(kKits, name, &DDimerKit::name);
  return kit == kKits.end() ? nullptr : kit;
}

std::optional<Interval> fdp_by_kit(std::span<const KitPoint> points, const Interval& d_dimer, bool doubled) {
  if (points.empty()) return std::nullopt;
  const Decimal factor = Decimal::of(doubled ? 2 : 1);
  const auto surely_reaches = [&](const KitPoint& point) {
    return !d_dimer.low_unbounded && Decimal::compare_product(d_dimer.low, point.d_dimer, factor) >= 0;
  };
  const auto surely_below = [&](const KitPoint& point) {
    if (d_dimer.high_unbounded) return false;
    const auto order = Decimal::compare_product(d_dimer.high, point.d_dimer, factor);
    return order < 0 || (order == 0 && d_dimer.high_open);
  };
  Interval fdp = Interval::between(Decimal{}, Decimal{});
  fdp.high_unbounded = true;
  for (const KitPoint& point : points) {
    if (surely_reaches(point)) fdp.low = point.fdp;
    if (fdp.high_unbounded && surely_below(point)) {
      fdp.high = point.fdp;
      fdp.high_open = true;
      fdp.high_unbounded = false;
    }
  }
  return fdp;
}

}  // namespace coagwatch::rules
