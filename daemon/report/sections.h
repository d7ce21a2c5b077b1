#pragma once

#include <string>

#include "daemon/report/view.h"

namespace coagwatch::daemon {

// The sections of a report, one file each. Each appends its own HTML.

/// What was read: files, records, results by what became of them, patients, period.
void write_overview(const ReportView& view, std::string& out);
/// Rule set and configuration, as far as they decide scores and alerts.
void write_settings(const ReportView& view, std::string& out);
/// Patients and episodes by criterion.
void write_criteria(const ReportView& view, std::string& out);
/// Alerts by kind, criterion and priority, and how many there are a day.
void write_alerts(const ReportView& view, std::string& out);
/// Criteria against outcomes; nothing where none were given.
void write_accuracy(const ReportView& view, std::string& out);
/// How criteria agree with each other, patient by patient.
void write_agreement(const ReportView& view, std::string& out);
/// What was missing where a criterion stayed indeterminate.
void write_missing_tests(const ReportView& view, std::string& out);
/// Scores before and after treatments.
void write_treatments(const ReportView& view, std::string& out);
/// Codes that no map knows, and dead letters.
void write_feed(const ReportView& view, std::string& out);
/// The courses of the most urgent patients.
void write_time_lines(const ReportView& view, std::string& out);

}  // namespace coagwatch::daemon
