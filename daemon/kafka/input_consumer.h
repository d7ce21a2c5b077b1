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
#include <vector>

#include "daemon/engine/broker.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/group_facts.h"
#include "daemon/kafka/group_marks.h"
#include "daemon/kafka/join_watch.h"
#include "daemon/kafka/message_headers.h"

namespace coagwatch::daemon::kafka {

/// What came of asking for the group's offsets.
enum class CommittedAnswer : std::uint8_t {
  told,
  none,     ///< ask again
  outdated  ///< older than the mark, which is to be made again
};

/// The member of the consumer group that reads the input topics. See Broker for what its functions promise.
///
/// The rebalance callback only records what happened; the engine answers with accept() or release(), which carry
/// the assignment out. Nothing else may happen in the group in between, so the engine has all the time that
/// max.poll.interval.ms gives to commit.
class InputConsumer {
 public:
  /// Null if librdkafka refuses the configuration; `error` says why.
  static std::unique_ptr<InputConsumer> create(const ClientSettings& settings, std::vector<std::string> topics,
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

  /// The committed offsets of those of these partitions that have one, stable: waits for a transaction that is about to
  /// commit one. Not older than the mark; null: of any time.
  CommittedAnswer committed(std::span<const std::int32_t> partitions, const GroupMarks::Mark* mark,
                            std::chrono::milliseconds timeout, std::vector<GroupOffset>& offsets);
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
  InputConsumer(std::vector<std::string> topics, std::shared_ptr<RateLimitedLog> log, bool consumer_protocol)
      : topics_(std::move(topics)), log_(std::move(log)), join_(consumer_protocol) {}

  void on_rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions);
  [[nodiscard]] PartitionListHandle list(std::span<const std::int32_t> partitions, std::int64_t offset) const;
  void wake_fetcher(std::int32_t partition);
  [[nodiscard]] Error seek(std::int32_t partition, std::int64_t offset);
  [[nodiscard]] Error assign_paused(std::span<const std::int32_t> partitions);
  void put_back(std::int32_t partition);
  [[nodiscard]] std::string name_of(std::int32_t number) const;
  [[nodiscard]] std::int32_t number_of(const rd_kafka_message_t& message) const;
  [[nodiscard]] bool is_held(std::int32_t number) const { return held_ && number_of(*held_) == number; }
  const BrokerEvent& take_pending();
  const BrokerEvent& deliver(MessageHandle message);
  const BrokerEvent& on_idle();
  const BrokerEvent& on_message_error(const rd_kafka_message_t& message);
  void view_record(const rd_kafka_message_t& message);

  const std::vector<std::string> topics_;
  std::shared_ptr<RateLimitedLog> log_;
  std::deque<BrokerEvent> pending_;        // rebalances and failures, in order
  BrokerEvent event_;                      // the one last handed out
  std::optional<BrokerEvent> unanswered_;  // a rebalance handed out but neither accepted nor released yet
  MessageHandle current_;                  // behind event_'s views
  MessageHeaders headers_;                 // of current_
  MessageHandle held_;                     // came together with a rebalance, which goes first
  std::set<std::int32_t> assigned_;        // accepted and not released
  std::set<std::int32_t> paused_;          // resume only these: resuming another moves its position (librdkafka #4636)
  std::set<std::int32_t> ended_;           // librdkafka reads them no more, also not after a seek
  JoinWatch join_;
  bool empty_handed_ = false;  // an assignment of nothing was handed out that librdkafka has not asked about
  bool closing_ = false;
  std::vector<TopicHandle> known_topics_;
  std::unique_ptr<Client> client_;  // its callbacks use what is above
  QueueHandle wake_answers_;        // goes before it
};

}  // namespace coagwatch::daemon::kafka
