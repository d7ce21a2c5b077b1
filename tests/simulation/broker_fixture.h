#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

/// One fault, at the next call that it fits.
class NextFault final : public FaultSource {
 public:
  void at(Call call, Fault fault) { planned_ = {call, fault}; }
  Fault next(Call call) override {
    if (!planned_ || planned_->first != call) return Fault::none;
    const Fault fault = planned_->second;
    planned_.reset();
    return fault;
  }

 private:
  std::optional<std::pair<Call, Fault>> planned_;
};

/// The last value of each key that a restore handed over.
class KeySink final : public daemon::ChangelogSink {
 public:
  void changelog_record(std::int32_t /*partition*/, const daemon::ChangelogRecord& record) override {
    seen[std::string(record.key)] = std::string(record.value.value_or("(tombstone)"));
  }
  std::map<std::string, std::string> seen;
};

/// One cluster with one partition, and what tests of the seam do with it.
class BrokerFixture : public testing::Test {
 protected:
  void input(const std::string& value, std::int32_t partition = 0) {
    LogRecord record;
    record.value = value;
    cluster_.append("in", partition, std::move(record));
  }
  /// Polls until an event of this kind comes.
  const daemon::BrokerEvent& await(SimulatedBroker& broker, daemon::BrokerEvent::Kind kind) {
    for (int i = 0; i < 1'000; ++i) {
      const daemon::BrokerEvent& event = broker.poll(std::chrono::milliseconds(20));
      if (event.kind == kind) return event;
    }
    ADD_FAILURE() << "no such event";
    static const daemon::BrokerEvent nothing;
    return nothing;
  }
  /// Takes the partitions assigned and lets them flow from the start.
  std::vector<std::int32_t> start(SimulatedBroker& broker) {
    const std::vector<std::int32_t> partitions = await(broker, daemon::BrokerEvent::Kind::assigned).partitions;
    broker.accept(partitions);
    EXPECT_TRUE(broker.replace_producer());
    for (const std::int32_t partition : partitions) EXPECT_TRUE(broker.resume_at(partition, 0));
    return partitions;
  }
  static daemon::ProduceOutcome write(SimulatedBroker& broker, const std::string& value,
                                      daemon::OutputTopic topic = daemon::OutputTopic::alerts) {
    daemon::OutputRecord record;
    record.topic = topic;
    record.key = "k";
    record.value = value;
    return broker.produce(record);
  }
  std::vector<std::string> committed(const std::string& topic) {
    for (int i = 0; i < 50; ++i) cluster_.advance(std::chrono::milliseconds(100));
    return visible(topic);
  }
  std::vector<std::string> visible(const std::string& topic) {
    std::vector<std::string> values;
    std::int64_t position = 0;
    while (const LogRecord* next = cluster_.log(topic, 0).read_committed(position)) values.push_back(*next->value);
    return values;
  }
  void expect_no_violation() {
    for (const std::string& violation : cluster_.violations()) ADD_FAILURE() << violation;
  }

  SimulatedKafka cluster_{{}, 11};
  NextFault faults_;
  NoFaults none_;
};

}  // namespace coagwatch::simulation
