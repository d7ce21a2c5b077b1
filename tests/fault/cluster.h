#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/fault/disk.h"
#include "tests/fault/network.h"
#include "tests/fault/process.h"

namespace coagwatch::fault {

/// Kafka nodes, each broker and controller in one (KRaft), in network namespaces of their own. With three, everything
/// is replicated three times and two must have a record before it counts.
class Cluster {
 public:
  struct Options {
    int nodes = 1;
    std::string jars;
    std::string logging;  ///< log4j2.properties
    std::string directory;
    std::uint64_t disk_mebibytes = 0;  ///< of the last node's own file system; 0: none
  };

  /// Formats the nodes' storage. Node 0 of the cluster is node `first` of the network.
  Cluster(Options options, const Network& network, int first);

  [[nodiscard]] int size() const { return options_.nodes; }
  [[nodiscard]] std::string bootstrap() const;
  [[nodiscard]] std::string address(int node) const;
  [[nodiscard]] int network_node(int node) const { return first_ + node; }
  /// The node with a disk of its own; -1: none.
  [[nodiscard]] int disk_node() const { return disk_ ? options_.nodes - 1 : -1; }
  [[nodiscard]] const Disk& disk() const { return *disk_; }

  void start(int node);
  void kill(int node);
  /// SIGTERM; true once it has ended, by SIGKILL after `patience`.
  bool stop(int node, std::chrono::seconds patience);
  void send_signal(int node, int signal);
  [[nodiscard]] bool running(int node);
  /// Waits until all nodes serve and every partition has all its replicas in step. False after `seconds`.
  [[nodiscard]] bool wait_healthy(int seconds);
  /// Starts nodes that have ended by themselves, and says which.
  std::vector<int> start_missing();

 private:
  struct Node {
    std::mutex mutex;
    Process process;  // guarded by mutex
  };

  [[nodiscard]] std::string directory(int node) const;
  void write_files(int node) const;
  void format(int node) const;
  [[nodiscard]] Command command(int node) const;

  Options options_;
  const Network& network_;
  int first_;
  std::unique_ptr<Disk> disk_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace coagwatch::fault
