#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/fault/network.h"
#include "tests/fault/process.h"
#include "tests/fault/run_setup.h"

namespace coagwatch::fault {

/// One daemon of the group, in a network namespace of its own. Thread-safe.
class Member {
 public:
  struct Options {
    std::string instance;
    std::string program;  ///< coagwatch, or coagwatch_faulty
    std::string fault;    ///< of the latter
    std::string directory;
    std::string brokers;
    RunSetup setup;
    bool standby = false;
    std::string clock_shim;  ///< clock_shim.cc's library; empty: its clock is not moved
  };

  Member(Options options, Names names, const Network& network, int node);

  void start();
  void kill();
  /// SIGTERM; how it ended, or nothing if it did not within `patience`: then it is killed.
  std::optional<int> stop(std::chrono::seconds patience);
  void send_signal(int signal);
  /// Moves its wall clock so far from the machine's, at once.
  void move_clock(std::chrono::seconds by) const;

  /// A daemon that should run and does not is started again; how it had ended, if so.
  std::optional<int> revive();
  [[nodiscard]] std::size_t resident_mebibytes();
  [[nodiscard]] std::pair<int, std::string> get(const std::string& path) const;
  [[nodiscard]] bool wait_ready(int seconds) const;

  [[nodiscard]] const std::string& config_file() const { return config_file_; }
  [[nodiscard]] std::string log_file() const { return options_.directory + "/log"; }
  [[nodiscard]] const std::string& instance() const { return options_.instance; }
  /// The transactional ids of its workers, of both stages.
  [[nodiscard]] std::vector<std::string> transactional_ids() const;
  [[nodiscard]] int network_node() const { return node_; }

 private:
  void write_config() const;

  Options options_;
  Names names_;
  const Network& network_;
  int node_;
  std::string config_file_;
  std::mutex mutex_;
  Process process_;      // guarded by mutex_
  bool wanted_ = false;  // guarded by mutex_
};

/// The value of a counter or gauge in the text of /metrics, summed over its labels.
double metric(const std::string& text, const std::string& name);

}  // namespace coagwatch::fault
