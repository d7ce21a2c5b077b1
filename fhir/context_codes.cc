#include "fhir/context_codes.h"

#include <algorithm>

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kCertainty = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit";

Certainty certainty_of(const ContextNode& coding) {
  const ContextNode extensions = coding["extension"];
  Certainty certainty = Certainty::stated;
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    const ContextNode extension = extensions.at(i);
    if (extension["url"].text() != kCertainty) continue;
    const std::string_view code = extension["valueCoding"]["code"].text();
    const Certainty said = code == "G"   ? Certainty::stated
                           : code == "Z" ? Certainty::past
                           : code == "V" ? Certainty::suspected
                           : code == "A" ? Certainty::excluded
                                         : Certainty::unreadable;
    certainty = std::max(certainty, said);
  }
  return certainty;
}

void add_coding(const ContextNode& coding, const FactTable& table, CodeReading& out) {
  const auto match = table.find(coding["system"].text(), coding["code"].text());
  if (!match) return;
  out.known = true;
  out.certainty = std::max(out.certainty, certainty_of(coding));
  for (const CodedFact& fact : match->facts) {
    const bool whole = fact.whole && match->exact;
    const auto known = std::ranges::find(out.facts, fact.fact, &CodedFact::fact);
    if (known == out.facts.end()) {
      out.facts.push_back({fact.fact, whole});
    } else {
      // Codings say the same with other words: the narrower one tells what is meant.
      known->whole = known->whole && whole;
    }
  }
}

}  // namespace

bool CodeReading::means(rules::Fact fact) const {
  return std::ranges::find(facts, fact, &CodedFact::fact) != facts.end();
}

void add_codes(const ContextNode& coded, const FactTable& table, CodeReading& out) {
  for (std::size_t i = 0; i < coded.size(); ++i) add_codes(coded.at(i), table, out);
  const ContextNode codings = coded["coding"];
  for (std::size_t i = 0; i < codings.size(); ++i) add_coding(codings.at(i), table, out);
}

std::string_view code_of_system(const ContextNode& coded, std::string_view system) {
  const ContextNode codings = coded["coding"];
  std::string_view found;
  for (std::size_t i = 0; i < codings.size(); ++i) {
    const ContextNode coding = codings.at(i);
    const std::string_view of = coding["system"].text();
    if (!of.empty() && of != system) continue;
    const std::string_view code = coding["code"].text();
    if (!found.empty() && code != found) return "?";
    found = code;
  }
  return found;
}

}  // namespace coagwatch::fhir
