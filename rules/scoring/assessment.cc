#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

std::string_view status_name(Status status) {
  switch (status) {
    case Status::met:
      return "met";
    case Status::not_met:
      return "not-met";
    case Status::not_applicable:
      return "not-applicable";
    case Status::indeterminate:
      break;
  }
  return "indeterminate";
}

std::string_view gate_name(Gate gate) {
  switch (gate) {
    case Gate::confirmed:
      return "confirmed";
    case Gate::unconfirmed:
      return "unconfirmed";
    case Gate::excluded:
      return "excluded";
    case Gate::none:
      break;
  }
  return "none";
}

}  // namespace coagwatch::rules
