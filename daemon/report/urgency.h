#pragma once

#include <cstddef>
#include <vector>

#include "daemon/report/view.h"

namespace coagwatch::daemon {

/// The patients with an episode, most urgent first, by index into ReportView::patients(). By his most urgent episode:
/// one that runs at the end goes before one that ended, and both before retracted ones; then a criterion that alerted
/// for him before others, overt before early; then the higher peak above the cut; then the order of first assessments.
std::vector<std::size_t> by_urgency(const ReportView& view);

/// The criteria in which the patient has an episode: those that alerted for him first, overt before early.
std::vector<std::size_t> episode_criteria(const ReportView& view, const PatientCourse& patient);

}  // namespace coagwatch::daemon
