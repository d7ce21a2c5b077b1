#include "fhir/specimen.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "fhir/analyte_names.h"
#include "fhir/specimen_words.h"
#include "fhir/subject.h"
#include "fhir/terminology.h"
#include "fhir/utf8.h"
#include "rules/patient/result.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;

constexpr std::string_view kMiiInterference =
    "https://www.medizininformatik-initiative.de/fhir/core/modul-labor/StructureDefinition/"
    "InterpretationsbeeinflussendeEigenschaft";
constexpr std::string_view kSnomedHaemolysed = "118128002";
constexpr std::string_view kSnomedLipaemic = "118127007";
constexpr std::string_view kSnomedIcteric = "118129005";

// Of Specimen.type, in SNOMED CT and HL7 table 0487.
constexpr std::array<std::string_view, 2> kArterialBlood = {"122552005", "BLDA"};
// Venous and capillary blood.
constexpr std::array<std::string_view, 4> kOtherBlood = {"122555007", "122554006", "BLDV", "BLDC"};
// Urine, cerebrospinal, pleural, peritoneal, amniotic, synovial and other fluids, saliva, stool, sputum, bone marrow:
// never what a measure means.
constexpr std::array<std::string_view, 24> kOtherMaterial = {
    "122565001", "276833005", "258574006", "278020009", "78014005",  "122575003", "258450006", "418564007",
    "309201001", "168139001", "119373006", "119332005", "119342007", "119339001", "119334006", "309051001",
    "119359002", "UR",        "CSF",       "PLR",       "PRT",       "AMN",       "SNV",       "SPT"};
// Blood and what is made of it in HL7 table 0487, and what says nothing; every other code of that table is another
// material.
constexpr std::array<std::string_view, 14> kBloodOfTable = {"BLD",  "BLDA", "BLDC", "BLDCO", "BLDV", "BLDP", "WB",
                                                            "PLAS", "PLB",  "PPP",  "SER",   "RBC",  "WBC",  "UNK"};
// Additives and specimens with them, of SNOMED CT and HL7 table 0371.
constexpr std::array<std::string_view, 4> kCitrate = {"412546005", "708048008", "C32", "C38"};
constexpr std::array<std::string_view, 8> kEdta = {"445295009",  "69519002",  "372628006", "1256100007",
                                                   "1256101006", "387418006", "EDTK",      "EDTN"};
// HL7 table 0493.
constexpr std::array<std::string_view, 1> kClotted = {"CLOT"};
constexpr std::array<std::string_view, 1> kHaemolysed = {"HEM"};

// What a citrated count has before every other, whose ranks end at 100.
constexpr std::uint8_t kCitrateRank = 101;

// Nobody writes more, and a record must not keep a worker busy with it.
constexpr std::size_t kMaxListed = 64;
constexpr std::size_t kMaxText = 256;

template <typename T>
std::span<const T> looked_at(const Pool<T>& list) {
  return {list.begin(), std::min(list.size(), kMaxListed)};
}

std::string_view looked_at(const Scalar& text) { return cut_utf8(text.string(), kMaxText); }

template <std::size_t N>
bool any_code(const Pool<Coding>& all, const std::array<std::string_view, N>& codes) {
  const std::span<const Coding> codings = looked_at(all);
  return std::any_of(codings.begin(), codings.end(), [&](const Coding& coding) {
    return std::find(codes.begin(), codes.end(), coding.code.string()) != codes.end();
  });
}

bool is_other_of_table(const Coding& coding) {
  const std::string_view system = coding.system.string();
  if (!system.ends_with("/v2-0487") && !system.ends_with("/v2/0487")) return false;
  const std::string_view code = coding.code.string();
  return !code.empty() && std::find(kBloodOfTable.begin(), kBloodOfTable.end(), code) == kBloodOfTable.end();
}

void hear(const MaterialReading& said, SpecimenReading& reading) {
  reading.arterial = reading.arterial || said.arterial;
  reading.other_blood = reading.other_blood || said.venous || said.not_arterial;
  const bool blood = said.blood || said.arterial || said.venous;
  reading.other_material = reading.other_material || said.other || (said.maybe_other && !blood);
}

/// Its type, by its codes and by what they are called.
void hear_type(const Concept& type, const AnalyteNames& names, SpecimenReading& reading) {
  reading.arterial = any_code(type.codings, kArterialBlood);
  reading.other_blood = any_code(type.codings, kOtherBlood);
  reading.other_material =
      any_code(type.codings, kOtherMaterial) || std::ranges::any_of(looked_at(type.codings), is_other_of_table);
  MaterialReading said = names.material(looked_at(type.text));
  for (const Coding& coding : looked_at(type.codings)) said.join(names.material(looked_at(coding.display)));
  hear(said, reading);
}

/// Notes what SNOMED CT says of a specimen's interference; false if it is none of that.
bool hear_interference(std::string_view snomed, SpecimenReading& reading) {
  if (snomed == kSnomedHaemolysed) {
    reading.haemolysed = true;
  } else if (snomed == kSnomedLipaemic) {
    reading.lipaemic = true;
  } else if (snomed == kSnomedIcteric) {
    reading.icteric = true;
  } else {
    return false;
  }
  return true;
}

void hear_condition(const Concept& condition, const Terminology& terminology, SpecimenReading& reading) {
  const auto hear_words = [&](const Scalar& text) {
    const ConditionWords said = read_condition_words(looked_at(text));
    reading.clotted = reading.clotted || said.clotted;
    reading.haemolysed = reading.haemolysed || said.haemolysed;
  };
  reading.clotted = reading.clotted || any_code(condition.codings, kClotted);
  reading.haemolysed = reading.haemolysed || any_code(condition.codings, kHaemolysed);
  hear_words(condition.text);
  for (const Coding& coding : looked_at(condition.codings)) {
    hear_words(coding.display);
    hear_interference(coding.code.string(), reading);
    const CodeMeaning* const meaning = terminology.find(coding.system.string(), coding.code.string());
    reading.clumped = reading.clumped || (meaning != nullptr && meaning->platelet_clumps);
  }
}

}  // namespace

SpecimenReading read_specimen(const Contained& specimen, const Terminology& terminology) {
  SpecimenReading reading;
  hear_type(specimen.type, terminology.names(), reading);
  const Pool<Coding>& type = specimen.type.codings;
  const bool edta = any_code(type, kEdta) || any_code(specimen.additives, kEdta);
  reading.citrated = !edta && (any_code(type, kCitrate) || any_code(specimen.additives, kCitrate));
  for (const Concept& condition : looked_at(specimen.conditions)) hear_condition(condition, terminology, reading);
  return reading;
}

void hear_observation(const Observation& observation, const Terminology& terminology, SpecimenReading& reading) {
  // The reference may be all there is of the Specimen.
  hear(terminology.names().material(looked_at(observation.specimen.display)), reading);
  reading.unknown_modifier = observation.modifier_extension == Presence::wrong_shape;
  for (const ModifierExtension& extension : observation.modifier_extensions) {
    const bool known =
        extension.url.string() == kMiiInterference && hear_interference(extension.value_coding.code.string(), reading);
    reading.unknown_modifier = reading.unknown_modifier || !known;
  }
}

void ContainedSpecimens::set(const Pool<Contained>& contained) {
  contained_ = &contained;
  readings_.clear();
}

const Contained* ContainedSpecimens::find(std::string_view reference) const {
  const auto [resource, several] = find_contained(*contained_, reference);
  return resource != nullptr && !several && resource->resource_type.string() == "Specimen" ? resource : nullptr;
}

const SpecimenReading& ContainedSpecimens::reading(const Contained& specimen) {
  readings_.resize(contained_->size());
  std::optional<SpecimenReading>& reading = readings_[static_cast<std::size_t>(&specimen - contained_->begin())];
  if (!reading) reading = read_specimen(specimen, terminology_);
  return *reading;
}

std::uint16_t flags_of(const SpecimenReading& specimen) {
  unsigned flags = 0;
  if (specimen.haemolysed) flags |= rules::kFlagHaemolysed;
  if (specimen.lipaemic) flags |= rules::kFlagLipaemic;
  if (specimen.icteric) flags |= rules::kFlagIcteric;
  return static_cast<std::uint16_t>(flags);
}

bool wrong_specimen(const SpecimenReading& specimen, Measure measure, bool needs_arterial) {
  if (measure == Measure::urine_output) return false;
  if (specimen.other_material || (needs_arterial && !specimen.arterial)) return true;
  const bool of_arteries = measure == Measure::pao2 || measure == Measure::paco2 || measure == Measure::spo2;
  return specimen.other_blood && of_arteries;
}

std::uint8_t rank_in(const SpecimenReading& specimen, Measure measure, std::uint8_t method_rank) {
  const bool first = specimen.citrated && measure == Measure::platelets;
  return first ? static_cast<std::uint8_t>(kCitrateRank + method_rank) : method_rank;
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
