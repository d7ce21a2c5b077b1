#pragma once

#include <string>

#include "daemon/engine/worker.h"

namespace coagwatch::daemon {

/// Sends what one partition's fold publishes into the open transaction.
class Worker::ProduceSink : public FoldSink {
 public:
  ProduceSink(Broker& broker, std::int32_t partition) : broker_(broker), partition_(partition) {}

  void alert(const FoldRecord& record) override {
    ++alerts_;
    send(OutputTopic::alerts, record);
  }
  void notification(const FoldRecord& record) override { send(OutputTopic::notifications, record); }
  void dead_letter(const FoldRecord& record) override { send(OutputTopic::dead_letter, record); }
  void state(const FoldRecord& record) override { send(OutputTopic::state, record); }
  void status(const FoldRecord& record) override { send(OutputTopic::status, record); }
  void send(OutputTopic topic, const FoldRecord& record) {
    if (outcome_ != ProduceOutcome::queued) return;
    OutputRecord out;
    out.topic = topic;
    out.partition = partition_;
    out.key = record.key;
    out.value = record.value;
    out.headers = record.headers;
    outcome_ = broker_.produce(out);
    if (outcome_ == ProduceOutcome::too_large) rejected_ = topic;
  }

  /// Alerts sent.
  [[nodiscard]] std::size_t alerts() const { return alerts_; }
  /// The first outcome that was not `queued`, if any; nothing is sent after it.
  [[nodiscard]] ProduceOutcome outcome() const { return outcome_; }
  [[nodiscard]] OutputTopic rejected() const { return rejected_; }

 private:
  Broker& broker_;
  std::int32_t partition_;
  std::size_t alerts_ = 0;
  ProduceOutcome outcome_ = ProduceOutcome::queued;
  OutputTopic rejected_ = OutputTopic::alerts;
};

/// For error texts: `alerts`, `dead-letter`, …
std::string_view output_topic_name(OutputTopic topic);

}  // namespace coagwatch::daemon
