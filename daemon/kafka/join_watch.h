#pragma once

#include <chrono>
#include <string>

#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// Sees what librdkafka does not tell a member under the broker's group protocol (KIP-848) before it has its first
/// partitions: that it has joined and there are none for it, and that the broker does not have the protocol.
class JoinWatch {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Finding {
    nothing,     ///< or nothing new
    joined,      ///< a member; told once
    no_protocol  ///< not a member after so long that the broker may not have the protocol; told once
  };

  explicit JoinWatch(bool consumer_protocol) : over_(!consumer_protocol) {}

  /// To be asked between two events, as often as one likes: looks a few times a second at most.
  Finding look(rd_kafka_t* consumer, Clock::time_point now);
  /// A rebalance has come: there is nothing more to see.
  void assigned() { over_ = true; }

 private:
  bool over_;
  bool doubted_ = false;
  Clock::time_point begun_;
  Clock::time_point next_;
};

}  // namespace coagwatch::daemon::kafka
