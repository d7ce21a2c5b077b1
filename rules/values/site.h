#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <vector>

#include "rules/values/d_dimer_kit.h"
#include "rules/values/fact.h"
#include "rules/values/measure.h"
#include "rules/values/timestamp.h"

namespace coagwatch::rules {

/// What the references leave to the hospital (`site.*` of the configuration). Part of the rule set's hash.
struct SiteProfile {
  enum class PtReference { control, upper_limit };
  enum class DDimerFlavour { unknown, feu, ddu };

  std::optional<Decimal> pt_control_seconds;      ///< mean normal PT, s
  std::optional<Decimal> pt_upper_limit_seconds;  ///< upper limit of normal PT, s
  PtReference pt_reference = PtReference::control;
  std::optional<Decimal> isi;  ///< of the thromboplastin
  /// Upper limits of normal, canonical unit of the measure (D-dimer: mg/L FEU).
  std::array<std::optional<Decimal>, kMeasureCount> upper_limits{};
  DDimerFlavour d_dimer_flavour = DDimerFlavour::unknown;
  std::vector<KitPoint> d_dimer_kit;  ///< which D-dimer stands for which FDP, ascending; empty: none does
  /// Where the laboratory's assays end without saying so, canonical unit of the measure: a result of exactly the cap
  /// means that or more, one of exactly the floor that or less.
  std::array<std::optional<Decimal>, kMeasureCount> caps{};
  std::array<std::optional<Decimal>, kMeasureCount> floors{};
  /// How much more than 24 h before a platelet count its baseline may have been collected.
  Duration platelet_fall_grace{0};
  bool decimal_comma = false;       ///< in texts, `1,4` is 1.4
  bool hold_preliminary = false;    ///< preliminary results are evidence only, until they are final
  std::bitset<kFactCount> charted;  ///< bedside facts whose absence means no
};

}  // namespace coagwatch::rules
