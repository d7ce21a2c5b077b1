#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/values/decimal.h"

namespace coagwatch::rules {

/// Everything that a criterion can score, in its canonical unit (see measure_info). The numbers are part of the
/// changelog format: append only, never renumber.
enum class Measure : std::uint8_t {
  platelets = 0,
  pt_seconds = 1,
  pt_ratio = 2,
  inr = 3,
  pt_activity = 4,
  pt_prolongation = 5,
  aptt = 6,
  fibrinogen = 7,
  fdp = 8,
  d_dimer = 9,
  d_dimer_uln = 10,
  soluble_fibrin_uln = 11,
  tat_uln = 12,
  f12_uln = 13,
  pic = 14,
  antithrombin = 15,
  protein_c = 16,
  albumin = 17,
  bilirubin = 18,
  creatinine = 19,
  wbc = 20,
  rbc = 21,
  haemoglobin = 22,
  bands = 23,
  crp = 24,
  lactate = 25,
  pao2 = 26,
  paco2 = 27,
  fio2 = 28,
  spo2 = 29,
  gcs = 30,
  temperature = 31,
  heart_rate = 32,
  respiratory_rate = 33,
  map = 34,
  urine_output = 35,
  platelet_fall_24h = 36,
  sirs = 37,
  sofa = 38,
  sofa_respiratory = 39,
  sofa_coagulation = 40,
  sofa_liver = 41,
  sofa_cardiovascular = 42,
  sofa_cns = 43,
  sofa_renal = 44,
  sofa_four = 45,
  pt_over_control = 46,
  aptt_prolongation = 47,
  pic_uln = 48,
  fdp_by_kit = 49,
};
inline constexpr std::size_t kMeasureCount = 50;

/// How a measure is named, and what values can be true.
struct MeasureInfo {
  std::string_view name;     ///< as people write it, `d-dimer-uln`
  std::string_view unit;     ///< canonical unit, UCUM (`1` for a plain number)
  std::string_view display;  ///< for people: `D-dimer`
  Decimal plausible_low;     ///< inclusive; outside is `implausible-value`
  Decimal plausible_high;    ///< inclusive (decisions.md 11)
  bool derived_only;         ///< never read from an Observation, always computed
  bool vital_sign;           ///< a bedside reading rather than a laboratory result
  bool score = false;        ///< a sum of points, which a criterion may define (SIRS, SOFA and its parts)
};

/// The measure's description. Never fails.
const MeasureInfo& measure_info(Measure measure);
/// The measure of that name, or nullopt.
std::optional<Measure> measure_named(std::string_view name);
/// What a laboratory measures, and not what is seen at the bedside or summed up of other measures.
const std::bitset<kMeasureCount>& laboratory_measures();
/// Index for arrays over all measures.
constexpr std::size_t index(Measure measure) { return static_cast<std::size_t>(measure); }

}  // namespace coagwatch::rules
