#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "daemon/engine/broker.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {

/// The headers of a message; librdkafka takes them apart when they are first asked for.
class MessageHeaders : public fhir::RecordHeaders {
 public:
  void set(const rd_kafka_message_t* message) { message_ = message; }
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override;

 private:
  const rd_kafka_message_t* message_ = nullptr;
};

/// The member of the consumer group that reads the input topic. See Broker for what its functions promise.
///
/// The rebalance callback only records what happened; the engine answers with accept() or release(), which carry
/// the assignment out. Nothing else may happen in the group in between, so the engine has all the time that
/// max.poll.interval.ms gives to commit.
class InputConsumer {
 public:
  /// Null if librdkafka refuses the configuration; `error` says why.
  static std::unique_ptr<InputConsumer> create(const ClientSettings& settings, std::string topic,
                                               std::shared_ptr<RateLimitedLog> log, std::string& error);
  ~InputConsumer();
  InputConsumer(const InputConsumer&) = delete;
  InputConsumer& operator=(const InputConsumer&) = delete;

  const BrokerEvent& poll(std::chrono::milliseconds timeout);
  void accept(std::span<const std::int32_t> partitions);
  void release(std::span<const std::int32_t> partitions);
  bool resume_at(std::int32_t partition, std::int64_t offset);
  bool rewind(std::int32_t partition, std::int64_t offset);
  void pause(std::int32_t partition);

  /// The group's committed offset, stable: waits for a transaction that is about to commit one. False: ask again.
  bool committed(std::int32_t partition, std::chrono::milliseconds timeout, std::optional<std::int64_t>& offset);
  /// The end that the last fetch told; nullopt before the first.
  [[nodiscard]] std::optional<std::int64_t> known_end(std::int32_t partition) const;
  /// Which member of which generation we are; taken anew for each commit.
  [[nodiscard]] GroupMetadataHandle group_metadata() const;
  /// Hands an event to the engine ahead of everything else, at the next poll.
  void push_failure(std::string error, std::vector<std::int32_t> partitions = {});
  /// Likewise, and ahead of rebalances too: nothing can be committed for them any more.
  void push_conflict(std::string error);
  /// Leaves the group, for at most `deadline`.
  void close(std::chrono::milliseconds deadline);

 private:
  InputConsumer(std::string topic, std::shared_ptr<RateLimitedLog> log)
      : topic_(std::move(topic)), log_(std::move(log)) {}

  void on_rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions);
  [[nodiscard]] PartitionListHandle list(std::span<const std::int32_t> partitions, std::int64_t offset) const;
  [[nodiscard]] Error seek(std::int32_t partition, std::int64_t offset);
  const BrokerEvent& take_pending();
  const BrokerEvent& deliver(MessageHandle message);
  const BrokerEvent& on_message_error(const rd_kafka_message_t& message);
  void view_record(const rd_kafka_message_t& message);

  std::string topic_;
  std::shared_ptr<RateLimitedLog> log_;
  std::deque<BrokerEvent> pending_;        // rebalances and failures, in order
  BrokerEvent event_;                      // the one last handed out
  std::optional<BrokerEvent> unanswered_;  // a rebalance handed out but neither accepted nor released yet
  MessageHandle current_;                  // behind event_'s views
  MessageHeaders headers_;                 // of current_
  MessageHandle held_;                     // came together with a rebalance, which goes first
  std::set<std::int32_t> assigned_;        // accepted and not released
  std::set<std::int32_t> paused_;          // resume only these: resuming another moves its position (librdkafka #4636)
  bool closing_ = false;
  TopicHandle known_topic_;
  std::unique_ptr<Client> client_;  // last: its callbacks use the rest
};

}  // namespace coagwatch::daemon::kafka
