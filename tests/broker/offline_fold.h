#pragma once

#include <string>
#include <vector>

#include "tests/broker/daemon_process.h"

namespace coagwatch::test {

/// What an undisturbed run would have published for the whole input topic, by `coagwatch capture` and `replay`.
struct OfflineFold {
  std::vector<std::string> alerts;        ///< values by partition, in order
  std::vector<std::string> dead_letters;  ///< likewise
};
OfflineFold offline_fold(const DaemonProcess& daemon);

/// The values of a topic by partition, in order.
std::vector<std::string> values_of(const std::string& topic);

/// Fails the test unless what was committed is exactly what the offline fold gives, each record once and in order.
void expect_same_as_offline(const DaemonProcess& daemon);

}  // namespace coagwatch::test
