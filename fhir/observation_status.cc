#include "fhir/observation_status.h"

namespace coagwatch::fhir {

using rules::ResultStatus;

bool is_retraction(const Scalar& status) {
  return status.string() == "entered-in-error" || status.string() == "cancelled";
}

StatusReading read_status(const Scalar& status, bool hold_preliminary) {
  const std::string_view code = status.string();
  if (code == "final") return {ResultStatus::final, {}};
  if (code == "preliminary") {
    return {ResultStatus::preliminary, hold_preliminary ? Check(unusable(Reason::preliminary, "")) : Check()};
  }
  if (code == "amended") return {ResultStatus::amended, {}};
  if (code == "corrected") return {ResultStatus::corrected, {}};
  if (code == "unknown") return {ResultStatus::unknown, unusable(Reason::status_unknown, "")};
  if (code == "registered") return {ResultStatus::final, ignored(Reason::registered, "")};
  return {ResultStatus::final, dead(Reason::invalid_status, "status: expected a code of FHIR R4's observation-status")};
}

}  // namespace coagwatch::fhir
