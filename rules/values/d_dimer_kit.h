#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/values/decimal.h"
#include "rules/values/interval.h"

namespace coagwatch::rules {

/// What a laboratory's D-dimer assay gives where its FDP assay gives `fdp`.
struct KitPoint {
  Decimal fdp;      ///< mg/L
  Decimal d_dimer;  ///< mg/L as the kit reports it, FEU or DDU alike
};

/// A D-dimer reagent for which JAAM published what may stand for FDP 10 and 25 mg/L.
struct DDimerKit {
  std::string_view name;  ///< `sysmex`
  std::span<const KitPoint> points;
};

/// The published kits (JAAM 2005, reagents of that time; a secondary source, clinical reference 4.1).
std::span<const DDimerKit> d_dimer_kits();
/// The kit of that name, or nullptr.
const DDimerKit* d_dimer_kit_named(std::string_view name);

/// The FDP (mg/L) that `d_dimer` stands for: between the neighbouring points, whose lower one it may equal. A table
/// says nothing between its points, so no FDP is interpolated. Compared is the number as the laboratory reports it: of
/// a DDU result, which intake has `doubled`, with the doubled points. nullopt without points.
///
/// REQUIRES: `points` ascending in both numbers.
std::optional<Interval> fdp_by_kit(std::span<const KitPoint> points, const Interval& d_dimer, bool doubled);

}  // namespace coagwatch::rules
