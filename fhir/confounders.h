#pragma once

#include <array>

#include "rules/values/fact.h"

namespace coagwatch::fhir {

/// Recorded facts that change coagulation tests by themselves, so that a reader must know of them beside a score
/// (treatments, liver, bone marrow, pregnancy, extracorporeal circuits).
inline constexpr std::array kConfounders = {
    rules::Fact::anticoagulant,
    rules::Fact::heparin,
    rules::Fact::thrombomodulin,
    rules::Fact::platelet_transfusion,
    rules::Fact::red_cell_transfusion,
    rules::Fact::plasma_transfusion,
    rules::Fact::fibrinogen_concentrate,
    rules::Fact::antithrombin_concentrate,
    rules::Fact::chemotherapy,
    rules::Fact::marrow_suppression,
    rules::Fact::liver_cirrhosis,
    rules::Fact::liver_failure,
    rules::Fact::pregnancy,
    rules::Fact::trauma,
    rules::Fact::ecmo,
    rules::Fact::renal_replacement,
};

}  // namespace coagwatch::fhir
