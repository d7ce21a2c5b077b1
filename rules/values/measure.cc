#include "rules/values/measure.h"

namespace coagwatch::rules {
namespace {

constexpr Decimal whole(std::int64_t value) { return Decimal::of(value); }

constexpr bool kDerivedOnly = true;
constexpr bool kVitalSign = true;
constexpr bool kScore = true;

constexpr MeasureInfo laboratory(std::string_view name, std::string_view unit, std::string_view display, Decimal low,
                                 Decimal high) {
  return {name, unit, display, low, high, !kDerivedOnly, !kVitalSign};
}
constexpr MeasureInfo bedside(std::string_view name, std::string_view unit, std::string_view display, Decimal low,
                              Decimal high) {
  return {name, unit, display, low, high, !kDerivedOnly, kVitalSign};
}
constexpr MeasureInfo derived(std::string_view name, std::string_view unit, std::string_view display, Decimal low,
                              Decimal high) {
  return {name, unit, display, low, high, kDerivedOnly, !kVitalSign};
}
constexpr MeasureInfo score(std::string_view name, std::string_view display, std::int64_t most, bool derived_only) {
  return {name, "1", display, whole(0), whole(most), derived_only, !derived_only, kScore};
}

// Plausible ranges: the reject limits of the clinical reference, table E, in canonical units (bilirubin 80 mg/dL *
// 17.1, creatinine 40 mg/dL * 88.4, albumin 0.3-8 g/dL, fibrinogen 2000 mg/dL), and interfaces, "Plausible". Ours,
// where both are silent: PT ratio (the limits of PT over a control of 12 s), multiples of an upper limit, PIC, urine
// output, and the derived differences.
constexpr std::array<MeasureInfo, kMeasureCount> kMeasures = {
    laboratory("platelets", "10*9/L", "Platelets", whole(0), whole(3000)),
    laboratory("pt-seconds", "s", "Prothrombin time", whole(6), whole(300)),
    laboratory("pt-ratio", "1", "Prothrombin time ratio", Decimal(5, -1), whole(25)),
    laboratory("inr", "1", "INR", Decimal(5, -1), whole(20)),
    laboratory("pt-activity", "%", "Prothrombin activity", whole(0), whole(200)),
    derived("pt-prolongation", "s", "Prothrombin time prolongation", whole(-300), whole(300)),
    laboratory("aptt", "s", "Activated partial thromboplastin time", whole(15), whole(300)),
    laboratory("fibrinogen", "g/L", "Fibrinogen", whole(0), whole(20)),
    laboratory("fdp", "mg/L", "Fibrin/fibrinogen degradation products", whole(0), whole(5000)),
    laboratory("d-dimer", "mg{FEU}/L", "D-dimer", whole(0), whole(1000)),
    derived("d-dimer-uln", "1", "D-dimer, multiple of the upper limit", whole(0), whole(10000)),
    laboratory("soluble-fibrin-uln", "1", "Soluble fibrin, multiple of the upper limit", whole(0), whole(10000)),
    laboratory("tat-uln", "1", "Thrombin-antithrombin complex, multiple of the upper limit", whole(0), whole(10000)),
    laboratory("f12-uln", "1", "Prothrombin fragment 1+2, multiple of the upper limit", whole(0), whole(10000)),
    laboratory("pic", "mg/L", "Plasmin-alpha2-plasmin inhibitor complex", whole(0), whole(1000)),
    laboratory("antithrombin", "%", "Antithrombin activity", whole(0), whole(250)),
    laboratory("protein-c", "%", "Protein C activity", whole(0), whole(300)),
    laboratory("albumin", "g/L", "Albumin", whole(3), whole(80)),
    laboratory("bilirubin", "umol/L", "Bilirubin", whole(0), whole(1368)),
    laboratory("creatinine", "umol/L", "Creatinine", whole(0), whole(3536)),
    laboratory("wbc", "10*9/L", "White blood cells", whole(0), whole(1000)),
    laboratory("rbc", "10*12/L", "Red blood cells", whole(0), whole(12)),
    laboratory("haemoglobin", "g/L", "Haemoglobin", whole(0), whole(300)),
    laboratory("bands", "%", "Band neutrophils", whole(0), whole(100)),
    laboratory("crp", "mg/L", "C-reactive protein", whole(0), whole(1000)),
    laboratory("lactate", "mmol/L", "Lactate", whole(0), whole(50)),
    laboratory("pao2", "mm[Hg]", "Arterial oxygen pressure", whole(15), whole(760)),
    laboratory("paco2", "mm[Hg]", "Arterial carbon dioxide pressure", whole(5), whole(200)),
    bedside("fio2", "1", "Inspired oxygen fraction", Decimal(21, -2), whole(1)),
    bedside("spo2", "%", "Oxygen saturation", whole(0), whole(100)),
    bedside("gcs", "1", "Glasgow coma score", whole(3), whole(15)),
    bedside("temperature", "Cel", "Body temperature", whole(25), whole(45)),
    bedside("heart-rate", "/min", "Heart rate", whole(0), whole(350)),
    bedside("respiratory-rate", "/min", "Respiratory rate", whole(0), whole(100)),
    bedside("map", "mm[Hg]", "Mean arterial pressure", whole(0), whole(300)),
    bedside("urine-output", "mL/(24.h)", "Urine output", whole(0), whole(50000)),
    derived("platelet-fall-24h", "%", "Platelet fall within 24 h", whole(-1000000), whole(100)),
    score("sirs", "SIRS criteria met", 4, !kDerivedOnly),
    score("sofa", "SOFA score", 24, !kDerivedOnly),
    score("sofa-respiratory", "SOFA respiratory", 4, !kDerivedOnly),
    score("sofa-coagulation", "SOFA coagulation", 4, !kDerivedOnly),
    score("sofa-liver", "SOFA liver", 4, !kDerivedOnly),
    score("sofa-cardiovascular", "SOFA cardiovascular", 4, !kDerivedOnly),
    score("sofa-cns", "SOFA central nervous system", 4, !kDerivedOnly),
    score("sofa-renal", "SOFA renal", 4, !kDerivedOnly),
    score("sofa-four", "SOFA respiratory + cardiovascular + liver + renal", 16, kDerivedOnly),
    derived("pt-over-control", "s", "Prothrombin time over the control", whole(-300), whole(300)),
    derived("aptt-prolongation", "s", "aPTT over the upper limit", whole(-300), whole(300)),
    derived("pic-uln", "1", "PIC, multiple of the upper limit", whole(0), whole(10000)),
    derived("fdp-by-kit", "mg/L", "FDP by the D-dimer kit", whole(0), whole(5000)),
};

}  // namespace

const MeasureInfo& measure_info(Measure measure) { return kMeasures.at(index(measure)); }

const std::bitset<kMeasureCount>& laboratory_measures() {
  static const std::bitset<kMeasureCount> kSet = [] {
    std::bitset<kMeasureCount> set;
    for (std::size_t i = 0; i < kMeasureCount; ++i) set[i] = !kMeasures[i].vital_sign && !kMeasures[i].score;
    return set;
  }();
  return kSet;
}

std::optional<Measure> measure_named(std::string_view name) {
  for (std::size_t i = 0; i < kMeasures.size(); ++i) {
    if (kMeasures[i].name == name) return static_cast<Measure>(i);
  }
  return std::nullopt;
}

}  // namespace coagwatch::rules
