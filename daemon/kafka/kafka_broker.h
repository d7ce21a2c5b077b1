#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/engine/broker.h"
#include "daemon/kafka/log_function.h"

struct rd_kafka_topic_partition_list_s;

namespace coagwatch::daemon::kafka {

struct ClientSettings;
class CommandReader;
class GroupMarks;
class InputConsumer;
class PartitionProbe;
class RoutedBefore;
class TxnProducer;

/// What one worker's connection to Kafka needs to know.
struct KafkaBrokerOptions {
  std::string brokers;                    ///< bootstrap list, `host:port,host:port`
  std::string group;                      ///< consumer group
  std::string instance;                   ///< names the process among others of the group; stable across restarts
  std::uint32_t worker = 0;               ///< number of the worker in the process
  bool consumer_protocol = false;         ///< the broker shares out the partitions (KIP-848)
  bool static_membership = false;         ///< the worker is a static member, `<instance>.<worker>`
  std::vector<std::string> input_topics;  ///< several only for the router stage (input_number.h)
  std::array<std::string, kOutputTopicCount> output_topics;  ///< by OutputTopic; empty: never written to
  std::int32_t patient_partitions = 0;  ///< how many partitions the patients are divided among; kept with each commit
  bool routes = false;                  ///< the router stage's, which writes OutputTopic::by_patient
  std::array<std::size_t, kOutputTopicCount> max_record_bytes = {};  ///< each topic's max.message.bytes; 0: 1,048,588
  std::vector<std::pair<std::string, std::string>> properties;       ///< librdkafka keys, passed through
  LogFunction log;                                                   ///< see LogFunction: called from several threads
};

/// The seam over librdkafka: a member of the consumer group, and a transactional producer named
/// `<group>.<instance>.<worker>`. See Broker for the contract.
///
/// Like every Broker it belongs to one thread; librdkafka's own threads reach only the log.
class KafkaBroker final : public Broker {
 public:
  /// Connects in the background: a broker that is down is no error here, it shows in the log and as a producer
  /// that cannot be made yet. Null only if librdkafka refuses the configuration; `error` says why.
  static std::unique_ptr<KafkaBroker> create(KafkaBrokerOptions options, std::string& error);
  ~KafkaBroker() override;

  const BrokerEvent& poll(std::chrono::milliseconds timeout) override;
  void accept(std::span<const std::int32_t> partitions) override;
  void release(std::span<const std::int32_t> partitions) override;
  bool resume_at(std::int32_t partition, std::int64_t offset) override;
  bool rewind(std::int32_t partition, std::int64_t offset) override;
  void pause(std::int32_t partition) override;
  std::optional<PartitionFacts> facts(std::int32_t partition) override;
  bool follow_commands(std::int32_t partition, std::int64_t offset) override;
  void unfollow_commands(std::int32_t partition) override;
  [[nodiscard]] std::optional<std::int64_t> known_end(std::int32_t partition) override;
  [[nodiscard]] std::optional<std::int64_t> confirmed_end(std::int32_t partition) override;

  bool begin() override;
  ProduceOutcome produce(const OutputRecord& record) override;
  CommitOutcome mark_group(std::span<const std::int32_t> partitions) override;
  CommitOutcome mark_state(std::span<const std::int32_t> partitions, std::span<std::int64_t> ends) override;
  CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) override;
  bool abort() override;
  bool producer_suspect() override;
  bool replace_producer() override;
  [[nodiscard]] std::string_view transactional_id() const override;
  bool fence(std::string_view transactional_id) override;

  std::chrono::steady_clock::time_point now() override;
  rules::Timestamp wall_clock() override;

  void close() override;

 private:
  explicit KafkaBroker(KafkaBrokerOptions options);
  /// Of a client in that role: what its `client.id` ends in.
  [[nodiscard]] ClientSettings client_settings(const std::string& role) const;
  void look_for_conflict();
  bool ask_others(std::int32_t partition, std::chrono::milliseconds timeout, PartitionFacts& facts);
  CommitOutcome commit(const rd_kafka_topic_partition_list_s& offsets);

  KafkaBrokerOptions options_;
  std::shared_ptr<RateLimitedLog> log_;
  bool conflict_reported_ = false;
  std::unique_ptr<PartitionProbe> probe_;
  std::unique_ptr<RoutedBefore> routed_before_;         // of a router stage
  std::map<std::int32_t, std::string> identities_;      // of each partition's topic, when it was decided where to go on
  std::map<std::string, std::string> told_identities_;  // of each topic, as the group's commits said, or else it was
  std::unique_ptr<InputConsumer> consumer_;
  std::unique_ptr<CommandReader> commands_;
  std::chrono::steady_clock::time_point commands_due_;
  bool told_command_ = false;  // by the last poll
  std::unique_ptr<GroupMarks> marks_;
  std::map<std::int32_t, std::int64_t> tombstones_;  // of each partition the last, as the producer tells: outlives it
  std::unique_ptr<TxnProducer> producer_;
};

/// librdkafka's version as it runs, such as `2.8.0`.
std::string library_version();
/// True if that version is one that exactly-once processing was made for (2.8.0 or later).
bool library_is_recent_enough();
/// True if it has the group protocol `consumer` for general use (2.12.0 or later).
bool library_has_consumer_protocol();

}  // namespace coagwatch::daemon::kafka
