#pragma once

#include <cstdint>
#include <vector>

#include "fhir/context_document.h"
#include "fhir/fact_table.h"

namespace coagwatch::fhir {

/// How sure a German diagnosis is, as its coding says (Diagnosesicherheit); the most cautious of several counts.
enum class Certainty : std::uint8_t {
  stated,     ///< G, or nothing said
  past,       ///< Z: status post
  suspected,  ///< V
  excluded,   ///< A
  unreadable  ///< something else
};

/// What the codes of a resource mean.
struct CodeReading {
  std::vector<CodedFact> facts;  ///< each once; `whole` only where it holds of the code as it stands
  Certainty certainty = Certainty::stated;
  bool known = false;  ///< some code is in the table

  [[nodiscard]] bool means(rules::Fact fact) const;
};

/// Reads a CodeableConcept, or a list of them, and adds what its codings mean. Text is for people and never read.
void add_codes(const ContextNode& coded, const FactTable& table, CodeReading& out);

/// The code of the coding of `system`, or of one without a system; empty if there is none. Two that differ: `?`.
std::string_view code_of_system(const ContextNode& coded, std::string_view system);

}  // namespace coagwatch::fhir
