#pragma once

#include <string>

namespace coagwatch::test {

/// A Kafka node of one test's own, which that test may kill: brokers() names it while this object lives. Not two at a
/// time. On a fixed port, so that it comes back where it was.
class OwnKafka {
 public:
  /// Chooses the port and starts nothing.
  OwnKafka();
  /// Kills the node and removes its data.
  ~OwnKafka();
  OwnKafka(const OwnKafka&) = delete;
  OwnKafka& operator=(const OwnKafka&) = delete;

  /// Starts it with the data that it had; returns once it serves. Fails the test if it does not.
  void start();
  /// SIGKILL; the data stay.
  void kill();
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  std::string directory_;
  int port_;
};

}  // namespace coagwatch::test
