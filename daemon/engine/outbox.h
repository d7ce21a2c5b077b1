#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine/broker.h"

namespace coagwatch::daemon {

/// What one partition's task writes into the open transaction.
///
/// Not thread-safe. Lives as long as one call of a task.
class Outbox {
 public:
  /// `mute`: nothing is written (engine_faults.h).
  explicit Outbox(Broker& broker, bool mute = false) : broker_(broker), mute_(mute) {}

  void send(const OutputRecord& record) {
    if (mute_ || outcome_ != ProduceOutcome::queued) return;
    outcome_ = broker_.produce(record);
    if (outcome_ == ProduceOutcome::too_large) rejected_ = record.topic;
  }
  /// To be called for each alert that was sent: when its cause was recorded, for the latency.
  void note_alert(rules::Timestamp cause) { alert_causes_.push_back(cause); }

  [[nodiscard]] const std::vector<rules::Timestamp>& alert_causes() const { return alert_causes_; }
  /// The first outcome that was not `queued`, if any; nothing is sent after it.
  [[nodiscard]] ProduceOutcome outcome() const { return outcome_; }
  [[nodiscard]] OutputTopic rejected() const { return rejected_; }

 private:
  Broker& broker_;
  bool mute_;
  std::vector<rules::Timestamp> alert_causes_;
  ProduceOutcome outcome_ = ProduceOutcome::queued;
  OutputTopic rejected_ = OutputTopic::alerts;
};

/// For error texts: `alerts`, `dead-letter`, …
std::string_view output_topic_name(OutputTopic topic);

}  // namespace coagwatch::daemon
