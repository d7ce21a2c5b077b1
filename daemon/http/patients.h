#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/http/server.h"

namespace coagwatch::daemon {

/// Answers for one patient key, on a thread that may wait.
using PatientAnswer = std::function<HttpResponse(const std::string& key)>;

/// `/api/v1/patients/KEY`: why a patient's scores are what they are. The key is what follows, percent-encoded or not.
/// `listen` is where the server listens: as long as nobody has to say who he is, patients are shown to this machine
/// alone, and elsewhere the route answers 403.
std::vector<HttpRoute> patient_routes(const std::string& listen, PatientAnswer answer);

}  // namespace coagwatch::daemon
