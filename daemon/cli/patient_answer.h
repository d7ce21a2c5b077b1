#pragma once

#include <string>

#include "daemon/engine/inquiries.h"
#include "daemon/http/server.h"

namespace coagwatch::daemon {

/// Answers `/api/v1/patients/KEY` with what a worker knows: the explanation of `coagwatch explain --json` at the
/// patient's newest clinical time, with the alerts and decisions that his state keeps. 404 where there is nothing to
/// explain. Pure.
HttpResponse patient_answer(const std::string& patient, const Inquiries::Answer& known);

}  // namespace coagwatch::daemon
