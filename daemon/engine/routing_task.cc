#include "daemon/engine/routing_task.h"

#include "daemon/engine/input_number.h"

namespace coagwatch::daemon {
namespace {

/// Sends what a router makes of a record.
class RouterOutbox : public RouterSink {
 public:
  RouterOutbox(Outbox& out, std::int32_t dead_letters) : out_(out), dead_letters_(dead_letters) {}

  void routed(std::int32_t partition, const FoldRecord& record) override {
    send(OutputTopic::by_patient, partition, record);
  }
  void dead_letter(const FoldRecord& record) override { send(OutputTopic::dead_letter, dead_letters_, record); }

 private:
  void send(OutputTopic topic, std::int32_t partition, const FoldRecord& record) {
    OutputRecord out;
    out.topic = topic;
    out.partition = partition;
    out.key = record.key;
    out.value = record.value;
    out.headers = record.headers;
    out_.send(out);
  }

  Outbox& out_;
  std::int32_t dead_letters_;
};

}  // namespace

RoutingTask::RoutingTask(std::string topic, std::int32_t partition, std::int32_t partitions,
                         const FoldSettings& settings)
    : topic_(std::move(topic)), partition_(partition), partitions_(partitions), router_(settings, partitions) {}

StartDecision RoutingTask::decide(const PartitionFacts& facts) {
  return decide_source_start(facts, topic_, partition_, partitions_);
}

std::optional<std::string> RoutingTask::apply(const InputRecord& record, Outbox& out) {
  source_.assign(topic_).push_back('/');
  source_.append(std::to_string(partition_)).push_back('/');
  source_.append(std::to_string(record.offset));
  InputRecord named = record;
  named.source = source_;
  RouterOutbox sink(out, partition_ % partitions_);
  router_.route(named, sink);
  return std::nullopt;
}

std::unique_ptr<PartitionTask> RoutingTasks::make(std::int32_t partition) {
  return std::make_unique<RoutingTask>(topics_.at(input_topic_of(partition)), input_partition_of(partition),
                                       partitions_, settings_);
}

}  // namespace coagwatch::daemon
