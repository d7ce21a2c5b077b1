#include "daemon/cli/patient_answer.h"

#include "daemon/fold/state_codec.h"
#include "fhir/explanation_writer.h"
#include "rules/explain/explanation.h"
#include "rules/explain/kept_decisions.h"

namespace coagwatch::daemon {

HttpResponse patient_answer(const std::string& patient, const Inquiries::Answer& known) {
  if (!known) return http_problem(404, "no patient of that key is known to the partitions that run in this process");
  rules::PatientState state;
  if (decode_state(known->state, state)) return http_problem(500, "the patient's state cannot be read");
  if (state.merged_into.length != 0) {
    return http_problem(404, "this record is merged into another one of the patient, which has his scores");
  }
  if (!state.at.known()) return http_problem(404, "no result of this patient is in force");
  fhir::ExplanationContext context;
  context.version = COAGWATCH_VERSION;
  context.patient = patient;
  const std::vector<rules::ExplainedAlert> alerts = rules::kept_alerts(state);
  const std::vector<rules::ExplainedDecision> decisions = rules::kept_decisions(state);
  context.alerts = alerts;
  context.decisions = decisions;
  rules::Explanation explanation;
  rules::explain(*known->rules, state, state.at, {}, explanation);
  HttpResponse response;
  fhir::write_explanation(context, explanation, response.body);
  return response;
}

}  // namespace coagwatch::daemon
