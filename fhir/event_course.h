#pragma once

#include <initializer_list>
#include <string_view>

#include "fhir/context_input.h"
#include "fhir/fact_course.h"

namespace coagwatch::fhir {

/// When something was done, or what is wrong with that.
struct EventCourse {
  Course course;
  std::string_view wrong;  ///< a constant; empty if nothing is
};

/// Reads when something happened: from one of `moments`, the names of dateTimes, or of `periods`. R4 and R5 name them
/// differently, so there are several; more than one of them in a resource is wrong. A Timing, an age or a text is no
/// time: then the course knows none.
EventCourse read_event(const ContextInput& input, std::initializer_list<const char*> moments,
                       std::initializer_list<const char*> periods);

}  // namespace coagwatch::fhir
