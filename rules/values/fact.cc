#include "rules/values/fact.h"

#include <array>

namespace coagwatch::rules {
namespace {

constexpr std::array<std::string_view, kFactCount> kNames = {
    "underlying-disorder",
    "infection",
    "sepsis",
    "malignancy",
    "solid-tumour",
    "haematological-malignancy",
    "leukaemia",
    "remission",
    "metastatic",
    "nsclc",
    "chemotherapy",
    "marrow-suppression",
    "liver-cirrhosis",
    "liver-failure",
    "fulminant-hepatitis",
    "pregnancy",
    "newborn",
    "child",
    "trauma",
    "burn",
    "surgery",
    "pancreatitis",
    "vascular-abnormality",
    "toxic-immunological-reaction",
    "bleeding",
    "organ-symptoms",
    "thromboembolism",
    "shock",
    "anticoagulant",
    "heparin",
    "tumour-progression",
    "meningitis",
    "dic-recorded",
    "thrombomodulin",
    "fibrinogen-concentrate",
    "platelet-transfusion",
    "red-cell-transfusion",
    "plasma-transfusion",
    "antithrombin-concentrate",
    "vasopressor",
    "respiratory-support",
    "ecmo",
    "renal-replacement",
    "deceased",
    "discharged",
};

}  // namespace

std::string_view fact_name(Fact fact) { return kNames.at(index(fact)); }

std::optional<Fact> fact_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Fact>(i);
  }
  return std::nullopt;
}

std::string_view tristate_name(Tristate value) {
  switch (value) {
    case Tristate::yes:
      return "yes";
    case Tristate::no:
      return "no";
    case Tristate::unknown:
      break;
  }
  return "unknown";
}

}  // namespace coagwatch::rules
