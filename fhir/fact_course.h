#pragma once

#include <cstdint>
#include <vector>

#include "fhir/context_document.h"
#include "fhir/fact_table.h"
#include "fhir/time_zone.h"
#include "rules/patient/fact_change.h"

namespace coagwatch::fhir {

/// A dateTime of a context resource, with what its precision leaves open.
struct Moment {
  rules::Timestamp first = rules::Timestamp::none();  ///< the first instant that it can mean
  rules::Timestamp last = rules::Timestamp::none();   ///< the last; of a date alone the end of that day
  bool given = false;                                 ///< something stands there
  bool exact = false;                                 ///< an instant or a day. Years and months leave open when in them

  [[nodiscard]] bool known() const { return first.known(); }
  [[nodiscard]] bool unreadable() const { return given && !known(); }
};
Moment read_moment(const ContextNode& node, const TimeZone& zone);

/// Since when and until when something was so, as far as that is sure.
struct Course {
  rules::Timestamp earliest = rules::Timestamp::none();  ///< it began here or later
  rules::Timestamp start = rules::Timestamp::none();     ///< by then it had surely begun; none: nobody knows
  rules::Timestamp end = rules::Timestamp::none();       ///< surely until then; none: not over, as far as is known
  bool end_unknown = false;                              ///< it is over, and nobody knows since when

  /// Begun at that moment. A date alone is the start of the day, a year or a month any time in it.
  void begin(const Moment& moment);
  /// It was recorded then, so it had begun: narrows a start in a year or a month, stands in for one that is missing.
  void recorded(rules::Timestamp time);
};

/// How a fact follows from what the course is of.
enum class Lasting : std::uint8_t {
  state,  ///< the course is the fact's own: a disease, a pregnancy, ventilation
  event,  ///< the fact outlasts it: a drug or a transfusion works on after it was given
};

/// Appends `value` of each fact over the course. Says nothing where it would be a guess: of a fact that lasts only for
/// a time and of which nobody knows when it began; a refusal (`no`) of more than the code means. What ended at an
/// unknown time is `unknown` from its beginning.
void append_facts(const std::vector<CodedFact>& facts, rules::Tristate value, const Course& course, Lasting lasting,
                  std::vector<rules::FactSpan>& out);

}  // namespace coagwatch::fhir
