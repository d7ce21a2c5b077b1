#include "fhir/measure_codes.h"

namespace coagwatch::fhir {

using rules::Measure;

MeasureCode measure_code(Measure measure) {
  switch (measure) {
    case Measure::platelets:
      return {"777-3", "Platelets [#/volume] in Blood by Automated count"};
    case Measure::pt_seconds:
      return {"5902-2", "Prothrombin time (PT)"};
    case Measure::inr:
      return {"6301-6", "INR in Platelet poor plasma by Coagulation assay"};
    case Measure::pt_activity:
      return {"5894-1", "Prothrombin time (PT) actual/Normal"};
    case Measure::aptt:
      return {"14979-9", "aPTT in Platelet poor plasma by Coagulation assay"};
    case Measure::fibrinogen:
      return {"3255-7", "Fibrinogen [Mass/volume] in Platelet poor plasma by Coagulation assay"};
    case Measure::fdp:
      return {"30226-5", "Fibrin+Fibrinogen fragments [Mass/volume] in Platelet poor plasma"};
    case Measure::d_dimer:
      return {"48065-7", "Fibrin D-dimer FEU [Mass/volume] in Platelet poor plasma"};
    case Measure::antithrombin:
      return {"27811-9", "Antithrombin actual/normal in Platelet poor plasma by Chromogenic method"};
    default:
      // Ratios, multiples of a limit and falls are computed by us; nothing else is scored by a built-in criterion yet.
      return {};
  }
}

}  // namespace coagwatch::fhir
