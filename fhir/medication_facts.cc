// What a patient was given or takes: MedicationAdministration, MedicationRequest, MedicationStatement.

#include <algorithm>
#include <array>

#include "fhir/context_input.h"
#include "fhir/event_course.h"

namespace coagwatch::fhir {
namespace {

using rules::Fact;
using rules::FactSpan;
using rules::Tristate;

constexpr ContextReading kUnknownCode{false, "medication[x]: in no fact table"};
constexpr ContextReading kUnknownStatus{false, "status: not understood"};
constexpr ContextReading kNoTime{false, "no usable time"};

/// What only its administration tells: an order of blood products or of an infusion may never be carried out.
constexpr std::array kGivenOnly = {Fact::platelet_transfusion,     Fact::red_cell_transfusion,
                                   Fact::plasma_transfusion,       Fact::fibrinogen_concentrate,
                                   Fact::antithrombin_concentrate, Fact::vasopressor};

CodeReading medication_code(const ContextInput& input) {
  CodeReading code;
  add_codes(input.root["medicationCodeableConcept"], input.table, code);
  add_codes(input.root["medication"]["concept"], input.table, code);  // R5
  add_codes(input.medication["code"], input.table, code);
  return code;
}

ContextReading append_medication(const CodeReading& code, Tristate value, const EventCourse& event,
                                 std::vector<FactSpan>& facts) {
  if (!event.wrong.empty()) return {false, event.wrong};
  append_facts(code.facts, value, event.course, Lasting::event, facts);
  return facts.empty() && !code.facts.empty() ? kNoTime : ContextReading{};
}

EventCourse time_of_medication(const ContextInput& input) {
  return read_event(input, {"effectiveDateTime", "occurenceDateTime"}, {"effectivePeriod", "occurencePeriod"});
}

}  // namespace

ContextReading read_medication_administration(const ContextInput& input, std::vector<FactSpan>& facts) {
  const std::string_view status = input.root["status"].text();
  if (status == "entered-in-error") return {true, {}};
  // Stopped or halted: some of it was given.
  const bool given = status == "in-progress" || status == "completed" || status == "stopped" || status == "on-hold";
  if (!given && status != "not-done" && status != "unknown") return kUnknownStatus;
  const CodeReading code = medication_code(input);
  if (!code.known) return kUnknownCode;
  if (status == "not-done") return {};
  return append_medication(code, given ? Tristate::yes : Tristate::unknown, time_of_medication(input), facts);
}

ContextReading read_medication_request(const ContextInput& input, std::vector<FactSpan>& facts) {
  const std::string_view status = input.root["status"].text();
  if (status == "entered-in-error") return {true, {}};
  const bool ordered = status == "active" || status == "completed" || status == "stopped";
  const bool not_given = status == "on-hold" || status == "cancelled" || status == "draft" || status == "ended";
  if (!ordered && !not_given && status != "unknown") return kUnknownStatus;
  const std::string_view intent = input.root["intent"].text();
  const bool order = intent == "order" || intent == "original-order" || intent == "reflex-order" ||
                     intent == "filler-order" || intent == "instance-order";
  if (!order && intent != "proposal" && intent != "plan" && intent != "option") {
    return {false, "intent: not understood"};
  }
  CodeReading code = medication_code(input);
  if (!code.known) return kUnknownCode;
  if (not_given || !order || input.root["doNotPerform"].is_true()) return {};
  std::erase_if(code.facts,
                [](const CodedFact& each) { return std::ranges::find(kGivenOnly, each.fact) != kGivenOnly.end(); });
  return append_medication(code, ordered ? Tristate::yes : Tristate::unknown, read_event(input, {"authoredOn"}, {}),
                           facts);
}

ContextReading read_medication_statement(const ContextInput& input, std::vector<FactSpan>& facts) {
  const std::string_view status = input.root["status"].text();
  if (status == "entered-in-error") return {true, {}};
  const bool taken = status == "active" || status == "completed" || status == "stopped";
  const bool open = status == "on-hold" || status == "unknown";
  if (!taken && !open && status != "intended" && status != "not-taken") return kUnknownStatus;
  const CodeReading code = medication_code(input);
  if (!code.known) return kUnknownCode;
  if (!taken && !open) return {};
  EventCourse event = time_of_medication(input);
  const Moment asserted = read_moment(input.root["dateAsserted"], input.zone);
  if (status == "active" && asserted.known() && asserted.exact) {
    event.course.recorded(asserted.first);
  } else if (status == "stopped" && !event.course.end.known()) {
    event.course.end_unknown = true;
  }
  return append_medication(code, taken ? Tristate::yes : Tristate::unknown, event, facts);
}

}  // namespace coagwatch::fhir
