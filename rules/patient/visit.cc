#include "rules/patient/visit.h"

#include <tuple>

#include "rules/patient/window.h"

namespace coagwatch::rules {

void note_encounter(PatientState& state, std::string_view encounter, Timestamp at) {
  Visit& visit = state.visit;
  if (encounter.empty() || at < visit.at) return;
  const std::string_view known = state.view(visit.encounter);
  if (at == visit.at && encounter <= known) return;
  visit.at = at;
  if (encounter != known) visit.encounter = keep_text(state, encounter);
}

void note_place(PatientState& state, std::string_view encounter, std::string_view place, Timestamp start) {
  Visit& visit = state.visit;
  const std::string_view known = state.view(visit.place_of);
  if (place.empty()) {
    if (encounter != known) return;
    visit.place_of = {};
    visit.place = {};
    visit.place_start = Timestamp::none();
    return;
  }
  if (encounter != known && std::tie(start, encounter) < std::tie(visit.place_start, known)) return;
  visit.place_start = start;
  if (encounter != known) visit.place_of = keep_text(state, encounter);
  if (place != state.view(visit.place)) visit.place = keep_text(state, place);
}

std::string_view encounter_of(const PatientState& state) {
  const Visit& visit = state.visit;
  return state.view(visit.encounter.length != 0 ? visit.encounter : visit.place_of);
}

std::string_view place_of(const PatientState& state) {
  return encounter_of(state) == state.view(state.visit.place_of) ? state.view(state.visit.place) : std::string_view();
}

void adopt_visit(PatientState& state, const PatientState& from) {
  note_encounter(state, from.view(from.visit.encounter), from.visit.at);
  if (from.visit.place_of.length == 0) return;
  note_place(state, from.view(from.visit.place_of), from.view(from.visit.place), from.visit.place_start);
}

}  // namespace coagwatch::rules
