#pragma once

#include "fhir/observation.h"
#include "fhir/result_unit.h"
#include "rules/values/site.h"

namespace coagwatch::fhir {

/// Whether a D-dimer is in fibrinogen equivalent units or D-dimer units; the former are about twice the latter.
struct FlavourReading {
  DDimerFlavour flavour = DDimerFlavour::unknown;
  bool conflict = false;  ///< code, unit, text, method and site do not all say the same
};

/// From code, unit, text, method, site: the first that names one; any other that names the other one is a conflict.
FlavourReading read_flavour(const ResultPart& part, const Concept& method, const CodeMeaning& meaning,
                            const UnitReading& unit, bool code_conflict, rules::SiteProfile::DDimerFlavour of_site);

}  // namespace coagwatch::fhir
