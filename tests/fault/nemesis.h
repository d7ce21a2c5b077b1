#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/fault/cluster.h"
#include "tests/fault/journal.h"
#include "tests/fault/member.h"
#include "tests/fault/network.h"
#include "tests/fault/plan.h"

namespace coagwatch::fault {

/// All that faults can be done to.
struct Targets {
  Network& network;
  Cluster& cluster;
  std::vector<std::unique_ptr<Member>>& members;  ///< the last one is not always there
  Names names;
  int partitions = 1;  ///< of each input topic, and of what is scored
};

/// What was done, for the report.
struct Injected {
  std::array<std::atomic<int>, kKinds> done{};
  std::atomic<int> not_done{0};            ///< a client that was to do it found no broker
  std::atomic<int> long_pauses{0};         ///< of daemons, longer than a transaction's timeout
  std::atomic<int> killed_stopping{0};     ///< daemons that did not drain in time: the brokers were away
  std::atomic<int> died_of_full_disk{0};   ///< brokers
  std::atomic<int> drained{0};             ///< daemons that ended in order, with exit code 0
  std::atomic<int> drained_with_error{0};  ///< in order, but with another exit code
};

/// Plays a plan in real time: each fault begins when the plan says, beside those that still last, and is taken away
/// again.
class Nemesis {
 public:
  Nemesis(std::vector<Fault> plan, Targets targets, Journal& journal);
  /// Returns when every fault has been taken away.
  void run();
  [[nodiscard]] const Injected& injected() const { return injected_; }

 private:
  void play(const Fault& fault);
  void play_daemon(const Fault& fault);
  void play_link(const Fault& fault);
  void play_broker(const Fault& fault);
  void play_full_disk(const Fault& fault);
  void stop_daemon(const Fault& fault);
  void pause_daemon(const Fault& fault);
  void fence(const Member& member, const Fault& fault) const;
  void hide_and_kill(Member& member, const Fault& fault) const;
  [[nodiscard]] Network::Links links_of(const Fault& fault) const;

  std::vector<Fault> plan_;
  Targets targets_;
  Journal& journal_;
  Injected injected_;
};

}  // namespace coagwatch::fault
