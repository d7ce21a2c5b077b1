// What stands beside a score for a reader: what raises the baseline risk, and what else to think of.

#include "fhir/alert_parts.h"
#include "rules/scoring/patient_context.h"

namespace coagwatch::fhir {
namespace {

std::string prompt_text(std::string_view prompt) {
  if (prompt == "dic-work-up") return "thrombocytopenia in advanced lung cancer: a DIC work-up";
  if (prompt == "heparin-induced-thrombocytopenia") return "heparin-induced thrombocytopenia (4Ts)";
  if (prompt == "thrombotic-microangiopathy") return "thrombotic microangiopathy (PLASMIC)";
  if (prompt == "antithrombin-surrogate-low") return "albumin below 25 g/L stands in for a missing antithrombin";
  return std::string(prompt);
}

}  // namespace

std::string context_text(const AlertPart& part) {
  rules::PatientContext context;
  rules::describe_context(part.assessment, context);
  std::string risk;
  for (const auto& [name, points] : context.risk) {
    if (name == "sofa") risk = "SOFA " + points_text(points.min, points.max);
  }
  if (context.group) {
    risk.append(risk.empty() ? "" : ", ").append("platelet and antithrombin group " + std::to_string(*context.group));
    if (!context.validity.empty()) risk.append(" (not validated for this patient)");
  }
  std::string text = risk.empty() ? "" : "Baseline risk: " + risk + ".";
  if (context.prompts.empty()) return text;
  text.append(text.empty() ? "To think of: " : " To think of: ");
  for (std::size_t i = 0; i < context.prompts.size(); ++i) {
    text.append(i == 0 ? "" : "; ").append(prompt_text(context.prompts[i]));
  }
  return text + ".";
}

}  // namespace coagwatch::fhir
