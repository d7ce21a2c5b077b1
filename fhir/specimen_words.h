#pragma once

#include <string_view>

namespace coagwatch::fhir {

/// What the text or a display of a Specimen.condition says.
struct ConditionWords {
  bool clotted = false;
  bool haemolysed = false;
};

/// Hears a clot, or haemolysis, wherever one is named, in English, German, French or Japanese: `Clotted; redraw`,
/// `small clots`, `弱溶血`. Not where a part of the text denies it as a whole (denial.h): `No clots seen, hemolysis
/// 2+`. Of a text the first NameWords::kMaxText bytes are heard.
ConditionWords read_condition_words(std::string_view text);

}  // namespace coagwatch::fhir
