#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace coagwatch::rules {

/// What is known about a patient besides measures. The numbers are part of the
/// changelog format: append only, never renumber.
enum class Fact : std::uint8_t {
  underlying_disorder = 0,
  infection,
  sepsis,
  malignancy,
  solid_tumour,
  haematological_malignancy,
  leukaemia,
  remission,
  metastatic,
  nsclc,
  chemotherapy,
  marrow_suppression,
  liver_cirrhosis,
  liver_failure,
  fulminant_hepatitis,
  pregnancy,
  newborn,
  child,
  trauma,
  burn,
  surgery,
  pancreatitis,
  vascular_abnormality,
  toxic_immunological_reaction,
  bleeding,
  organ_symptoms,
  thromboembolism,
  shock,
  anticoagulant,
  heparin,
  tumour_progression,
  meningitis,
  dic_recorded,
  thrombomodulin,
  fibrinogen_concentrate,
  platelet_transfusion,
  red_cell_transfusion,
  plasma_transfusion,
  antithrombin_concentrate,
  vasopressor,
  respiratory_support,
  ecmo,
  renal_replacement,
  // Where the patient is, not how: no criterion asks for these (rules/episodes/departure.h).
  deceased,
  discharged,
};
inline constexpr std::size_t kFactCount = 45;

/// `unknown` is the default: nothing is ever assumed of what nobody recorded.
enum class Tristate : std::uint8_t { unknown = 0, no = 1, yes = 2 };

/// As in records and metrics: `underlying-disorder`.
std::string_view fact_name(Fact fact);
std::optional<Fact> fact_named(std::string_view name);
/// `yes`, `no`, `unknown`.
std::string_view tristate_name(Tristate value);
constexpr std::size_t index(Fact fact) { return static_cast<std::size_t>(fact); }

}  // namespace coagwatch::rules
