#include "daemon/config/kit_keys.h"

#include <algorithm>
#include <optional>
#include <string>

#include "daemon/config/key_types.h"
#include "rules/values/d_dimer_kit.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::KitPoint;

constexpr std::size_t kMostPoints = 16;

std::string kit_names() {
  std::string all;
  const auto kits = rules::d_dimer_kits();
  for (std::size_t i = 0; i < kits.size(); ++i) {
    all.append(i == 0 ? "" : i + 1 == kits.size() ? " or " : ", ").append(kits[i].name);
  }
  return all;
}

Key kit_key() {
  Key key{"site.d-dimer-kit",
          kit_names(),
          "",
          "D-dimer reagent of which JAAM published (2005) what stands for FDP 10 and 25 mg/L. With no current FDP, "
          "JAAM, JAAM-2 and JMHW then take the D-dimer. Without it they do not.",
          false,
          {},
          {}};
  key.read = [](Draft& draft, const Value& value) -> Wrong {
    const rules::DDimerKit* kit = rules::d_dimer_kit_named(value.text);
    if (kit == nullptr) return expected(kit_names(), value);
    draft.config.site.d_dimer_kit.assign(kit->points.begin(), kit->points.end());
    return {};
  };
  return key;
}

std::optional<Decimal> amount_of(std::string_view text, rules::Measure measure) {
  const std::optional<Decimal> number = Decimal::parse(text);
  if (!number || number->sign() <= 0 || *number > rules::measure_info(measure).plausible_high) return std::nullopt;
  return number->normalized();
}

Key point_key() {
  Key key{"site.d-dimer-at-fdp.*",
          "number above 0, mg/L",
          "",
          "Another reagent by the laboratory's own comparison: the D-dimer, as it is reported, for an FDP in mg/L, "
          "`{10: 5.4, 25: 13.2}`.",
          false,
          {},
          {}};
  key.read = [](Draft& draft, const Value& value) -> Wrong {
    if (!amount_of(value.name, rules::Measure::fdp)) {
      return "expected an FDP in mg/L as the name, `10`, not \"" + value.name + "\"";
    }
    if (!amount_of(value.text, rules::Measure::d_dimer)) return expected("a D-dimer in mg/L above 0", value);
    draft.d_dimer_at_fdp[value.name] = value;
    return {};
  };
  return key;
}

}  // namespace

void add_kit_keys(std::vector<Key>& keys) {
  keys.push_back(kit_key());
  keys.push_back(point_key());
}

void finish_kit(Draft& draft, std::vector<rules::Problem>& problems) {
  if (draft.d_dimer_at_fdp.empty()) return;
  std::vector<KitPoint>& points = draft.config.site.d_dimer_kit;
  const Place& place = draft.d_dimer_at_fdp.begin()->second.place;
  const auto refuse = [&](std::string text) {
    problems.push_back({place.file, place.line, place.column, "site.d-dimer-at-fdp", std::move(text)});
    points.clear();
  };
  if (!points.empty()) return refuse("the points are those of site.d-dimer-kit; expected one of the two settings");
  if (draft.d_dimer_at_fdp.size() > kMostPoints) {
    return refuse("expected at most " + std::to_string(kMostPoints) + " points");
  }
  for (const auto& [fdp, d_dimer] : draft.d_dimer_at_fdp) {
    points.push_back({*amount_of(fdp, rules::Measure::fdp), *amount_of(d_dimer.text, rules::Measure::d_dimer)});
  }
  std::ranges::sort(points, {}, &KitPoint::fdp);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const KitPoint& before = points[i - 1];
    const KitPoint& point = points[i];
    if (before.fdp == point.fdp) return refuse("FDP " + point.fdp.to_string() + " is given twice");
    if (point.d_dimer <= before.d_dimer) {
      return refuse("expected more D-dimer at FDP " + point.fdp.to_string() + " than at " + before.fdp.to_string());
    }
  }
}

}  // namespace coagwatch::daemon
