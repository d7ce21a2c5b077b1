#pragma once

#include <string>

#include "daemon/report/view.h"

namespace coagwatch::daemon {

/// Appends one patient's course: values with cut-offs, scores with their cut, alerts and treatments over time.
void write_time_line(const ReportView& view, std::size_t patient, std::string& out);

}  // namespace coagwatch::daemon
