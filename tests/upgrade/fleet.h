#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/broker/daemon_process.h"
#include "tests/broker/test_kafka.h"
#include "tests/upgrade/stored_state.h"

namespace coagwatch::test {

inline constexpr int kPartitions = 6;

/// Looks until the condition holds. False if it does not within the limit.
bool until(int seconds, const std::function<bool()>& condition);

/// Three daemons in one group, each of a version that changes, while a feed comes.
class RollingUpgrade : public testing::Test {
 protected:
  /// `older`: the name in the file `older`; `like`: what else each member has.
  RollingUpgrade(const std::string& older, DaemonProcess::Options like);

  [[nodiscard]] DaemonProcess::Options member(const std::string& instance) const;
  [[nodiscard]] std::vector<DaemonProcess*> fleet() { return {&one_, &two_, &three_}; }

  /// One after the other, with what may happen meanwhile: members of both versions die, all goes back, and forward
  /// again.
  void upgrade_and_roll_back();
  /// Called while both versions are at work, with either program in turn.
  virtual void while_mixed(const std::string& /*program*/) {}
  /// Waits until nothing is left, and ends all.
  void end();
  /// What the test is for did happen: both versions had each partition, and both wrote some patients, there and back
  /// and there again.
  [[nodiscard]] Handovers expect_handovers() const;

  const std::string older_;  ///< the program
  const std::string newer_;  ///< empty: this build's
  const std::string input_ = unique_name("input");
  const std::string prefix_ = unique_name("upgrade");

 private:
  void share(const std::vector<DaemonProcess*>& daemons);
  void become(DaemonProcess& daemon, const std::string& version);
  void kill_and_restart(DaemonProcess& daemon);

  const DaemonProcess::Options like_;

 protected:
  DaemonProcess one_;
  DaemonProcess two_;
  DaemonProcess three_;
};

}  // namespace coagwatch::test
