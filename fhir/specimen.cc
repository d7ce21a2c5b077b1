#include "fhir/specimen.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fhir/bundle_context.h"
#include "fhir/subject.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;

constexpr std::string_view kMiiInterference =
    "https://www.medizininformatik-initiative.de/fhir/core/modul-labor/StructureDefinition/"
    "InterpretationsbeeinflussendeEigenschaft";
constexpr std::string_view kSnomedHaemolysed = "118128002";
constexpr std::string_view kSnomedLipaemic = "118127007";
constexpr std::string_view kSnomedIcteric = "118129005";

// SNOMED CT and HL7 table 0487.
constexpr std::array<std::string_view, 2> kArterialBlood = {"122552005", "BLDA"};
// Urine, cerebrospinal, pleural, peritoneal, amniotic, synovial fluid, saliva, stool, sputum: never what a measure
// means.
constexpr std::array<std::string_view, 17> kOtherMaterial = {
    "122575003", "258450006", "418564007", "309201001", "168139001", "119373006", "119332005", "119342007", "119339001",
    "119334006", "UR",        "CSF",       "PLR",       "PRT",       "AMN",       "SNV",       "SPT"};
// HL7 table 0493.
constexpr std::string_view kClotted = "CLOT";
constexpr std::string_view kHaemolysed = "HEM";

template <std::size_t N>
bool any_code(const Pool<Coding>& codings, const std::array<std::string_view, N>& codes) {
  return std::any_of(codings.begin(), codings.end(), [&](const Coding& coding) {
    return std::find(codes.begin(), codes.end(), coding.code.string()) != codes.end();
  });
}

}  // namespace

const Contained* find_specimen(const Reference& specimen, const Pool<Contained>& contained, BundleContext* bundle) {
  const std::string_view reference = specimen.reference.string();
  if (reference.empty()) return nullptr;
  const Contained* found = nullptr;
  if (reference.starts_with('#')) {
    const ContainedMatch match = find_contained(contained, reference);
    found = match.several ? nullptr : match.resource;
  } else if (bundle != nullptr) {
    found = bundle->specimen(reference);
  }
  return found != nullptr && found->resource_type.string() == "Specimen" ? found : nullptr;
}

SpecimenReading read_specimen(const Observation& observation, const Contained* specimen) {
  SpecimenReading reading;
  reading.unknown_modifier = observation.modifier_extension == Presence::wrong_shape;
  for (const ModifierExtension& extension : observation.modifier_extensions) {
    const std::string_view code = extension.value_coding.code.string();
    if (extension.url.string() == kMiiInterference && code == kSnomedHaemolysed) {
      reading.haemolysed = true;
    } else if (extension.url.string() != kMiiInterference || (code != kSnomedLipaemic && code != kSnomedIcteric)) {
      reading.unknown_modifier = true;
    }
  }
  if (specimen == nullptr) return reading;
  reading.arterial = any_code(specimen->type.codings, kArterialBlood);
  reading.other_material = any_code(specimen->type.codings, kOtherMaterial);
  reading.clotted = any_code(specimen->conditions, std::array{kClotted});
  reading.haemolysed = reading.haemolysed || any_code(specimen->conditions, std::array{kHaemolysed});
  return reading;
}

bool spoiled_by_haemolysis(Measure measure) {
  switch (measure) {
    case Measure::pt_seconds:
    case Measure::pt_ratio:
    case Measure::inr:
    case Measure::pt_activity:
    case Measure::aptt:
    case Measure::fibrinogen:
      return true;
    default:
      return false;
  }
}

bool spoiled_by_clot(Measure measure) {
  switch (measure) {
    case Measure::platelets:
    case Measure::fdp:
    case Measure::d_dimer:
    case Measure::soluble_fibrin_uln:
    case Measure::tat_uln:
    case Measure::f12_uln:
    case Measure::pic:
    case Measure::antithrombin:
    case Measure::protein_c:
      return true;
    default:
      return spoiled_by_haemolysis(measure);
  }
}

}  // namespace coagwatch::fhir
