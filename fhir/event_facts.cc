// What was done to or noted of a patient: Procedure, Encounter, Flag.

#include <algorithm>
#include <array>
#include <optional>

#include "fhir/context_input.h"
#include "fhir/datetime.h"
#include "fhir/event_course.h"

namespace coagwatch::fhir {
namespace {

using rules::FactSpan;
using rules::Tristate;

constexpr ContextReading kUnknownCode{false, "code: in no fact table"};
constexpr ContextReading kUnknownStatus{false, "status: not understood"};
constexpr ContextReading kNoTime{false, "no usable time"};

ContextReading append_event(const CodeReading& code, Tristate value, const EventCourse& event, Lasting lasting,
                            std::vector<FactSpan>& facts) {
  if (!event.wrong.empty()) return {false, event.wrong};
  append_facts(code.facts, value, event.course, lasting, facts);
  return facts.empty() && !code.facts.empty() ? kNoTime : ContextReading{};
}

}  // namespace

ContextReading read_procedure(const ContextInput& input, std::vector<FactSpan>& facts) {
  const std::string_view status = input.root["status"].text();
  if (status == "entered-in-error") return {true, {}};
  const bool began = status == "completed" || status == "in-progress";
  // Begun and broken off, or put off before or after it began.
  const bool open = status == "stopped" || status == "on-hold" || status == "unknown";
  const bool never = status == "preparation" || status == "not-done";
  if (!began && !open && !never) return kUnknownStatus;
  CodeReading code;
  add_codes(input.root["code"], input.table, code);
  add_codes(input.root["category"], input.table, code);
  if (!code.known) return kUnknownCode;
  if (never) return {};
  const EventCourse event =
      read_event(input, {"performedDateTime", "occurrenceDateTime"}, {"performedPeriod", "occurrencePeriod"});
  return append_event(code, began ? Tristate::yes : Tristate::unknown, event, Lasting::event, facts);
}

namespace {

/// The end of a stay in hospital. A visit without a bed ends on the same day, and says nothing of being there.
void append_discharge(const ContextInput& input, std::string_view status, std::vector<FactSpan>& facts) {
  constexpr std::array<std::string_view, 6> kStays = {"IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"};
  if (status != "finished" && status != "completed" && status != "discharged") return;
  std::string_view code = input.root["class"]["code"].text();
  if (code.empty()) code = input.root["class"].at(0)["coding"].at(0)["code"].text();  // R5
  if (std::ranges::find(kStays, code) == kStays.end()) return;
  ContextNode period = input.root["period"];
  if (!period.present()) period = input.root["actualPeriod"];
  const auto end = parse_datetime(period["end"].text(), input.zone);
  if (end) facts.push_back({rules::Fact::discharged, Tristate::yes, end->time, rules::Timestamp::none()});
}

}  // namespace

ContextReading read_encounter(const ContextInput& input, std::vector<FactSpan>& facts) {
  const std::string_view status = input.root["status"].text();
  if (status == "entered-in-error") return {true, {}};
  const bool took_place = status == "arrived" || status == "triaged" || status == "in-progress" ||
                          status == "onleave" || status == "on-hold" || status == "finished" ||
                          status == "discharged" || status == "completed";
  const bool never = status == "planned" || status == "cancelled" || status == "discontinued";
  if (!took_place && !never && status != "unknown") return kUnknownStatus;
  append_discharge(input, status, facts);
  CodeReading code;
  add_codes(input.root["type"], input.table, code);
  if (!code.known) return {false, "type: in no fact table"};
  if (never) return {};
  const EventCourse event = read_event(input, {}, {"period", "actualPeriod"});
  return append_event(code, took_place ? Tristate::yes : Tristate::unknown, event, Lasting::state, facts);
}

ContextReading read_flag(const ContextInput& input, std::vector<FactSpan>& facts) {
  const std::string_view status = input.root["status"].text();
  if (status == "entered-in-error") return {true, {}};
  if (status != "active" && status != "inactive") return kUnknownStatus;
  CodeReading code;
  add_codes(input.root["code"], input.table, code);
  if (!code.known) return kUnknownCode;
  EventCourse event = read_event(input, {}, {"period"});
  if (status == "active") {
    event.course.recorded(input.last_updated);
  } else if (!event.course.end.known()) {
    event.course.end_unknown = true;
  }
  return append_event(code, Tristate::yes, event, Lasting::state, facts);
}

}  // namespace coagwatch::fhir
