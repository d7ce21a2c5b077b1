#pragma once

#include <string>

#include "daemon/report/view.h"

namespace coagwatch::daemon {

/// The report: one HTML document that is well-formed XML too, needs nothing besides itself, and no script. The same
/// source gives the same bytes.
std::string report_page(const ReportSource& source, const ReportOptions& options);

}  // namespace coagwatch::daemon
