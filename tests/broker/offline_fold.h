#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/broker/daemon_process.h"

namespace coagwatch::test {

/// What an undisturbed run would have published for all that the scoring stage read, by `coagwatch capture` and
/// `replay`. `journaled`: and for what its journal has, under one rule set.
struct OfflineFold {
  std::vector<std::string> alerts;            ///< `{"kind":"alerts","key":…,"value":…}` by partition, in order
  std::vector<std::string> dead_letters;      ///< values by partition, in order
  std::map<std::string, std::string> status;  ///< the last of each patient
};
OfflineFold offline_fold(const DaemonProcess& daemon, bool journaled = false);

/// In what the committed records differ from the offline fold: alerts and dead letters as sequences, each record once
/// and in order; the last status of each patient; the group's offsets at the end of the input. One line for each kind,
/// without values of the data; empty if all is as it must be. Also a difference: a feed without alerts, since it proves
/// nothing. Of dead letters those that the router stage wrote are left out.
///
/// Call it when nothing runs any more that could still commit.
std::vector<std::string> differences_from_offline(const DaemonProcess& daemon, bool journaled = false);

/// Fails the test if there is any difference, or a record of the state topic that `coagwatch state verify` does not
/// pass.
void expect_same_as_offline(const DaemonProcess& daemon, bool journaled = false);

}  // namespace coagwatch::test
