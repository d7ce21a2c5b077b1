#pragma once

#include <string_view>

#include "daemon/fold/input_record.h"

namespace coagwatch::daemon {

// Headers of the topic `coagwatch.by-patient`, besides those of the source record (daemon/routing/README.md).
inline constexpr std::string_view kRouteHeader = "coagwatch-route";  ///< one of the next two
inline constexpr std::string_view kRouteOfPatient = "patient";       ///< its key is the patient whose part it is
inline constexpr std::string_view kRouteOfPartition = "partition";   ///< whoever is in this partition may be meant
inline constexpr std::string_view kPartitionsHeader = "coagwatch-partitions";
inline constexpr std::string_view kSourceHeader = "coagwatch-source";
inline constexpr std::string_view kSourceKeyHeader = "coagwatch-source-key";  ///< not there: the source had no key
inline constexpr std::string_view kSourceTimeHeader = "coagwatch-source-timestamp";

/// What the router made of a record, as the record that it was: key, time and place of the source, and the share that
/// is meant. Where its headers are not the router's, `problem` says so. The views are those of `record`.
InputRecord open_routed(const InputRecord& record);

/// Whether a patient's part of a record is meant here.
bool is_meant(const InputRecord& record, std::string_view patient);

}  // namespace coagwatch::daemon
