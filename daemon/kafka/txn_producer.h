#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/engine/broker.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/takeover_watch.h"

namespace coagwatch::daemon::kafka {

/// The transactional producer of a worker and its successors under the same transactional id. See Broker for what
/// its functions promise.
class TxnProducer {
 public:
  struct Settings {
    ClientSettings client;                                          ///< with transactional_id
    std::array<std::string, kOutputTopicCount> topics;              ///< empty: never written to
    std::array<std::size_t, kOutputTopicCount> max_record_bytes{};  ///< max.message.bytes of each; 0: 1,048,588
  };

  /// Makes no producer yet: replace() does.
  TxnProducer(Settings settings, std::shared_ptr<RateLimitedLog> log);
  ~TxnProducer();
  TxnProducer(const TxnProducer&) = delete;
  TxnProducer& operator=(const TxnProducer&) = delete;

  bool begin();
  /// `offset`: takes where it was written, by the time that commit() has succeeded; must outlive this.
  ProduceOutcome produce(const OutputRecord& record, std::int64_t* offset = nullptr);
  /// With the offsets of a group, as one of its members.
  CommitOutcome commit(const rd_kafka_topic_partition_list_t& offsets,
                       const rd_kafka_consumer_group_metadata_t& group_member);
  /// With those that were added, or none.
  CommitOutcome commit();
  /// Adds offsets of a group to the open transaction.
  Error add_offsets(const rd_kafka_topic_partition_list_t& offsets,
                    const rd_kafka_consumer_group_metadata_t& group_member);
  bool abort();
  [[nodiscard]] bool suspect() const;
  /// False for ever once taken_over(), and for a while after a fencing that may be one.
  bool replace();
  [[nodiscard]] const std::string& transactional_id() const { return settings_.client.transactional_id; }

  /// Another process uses our transactional id (TakeoverWatch). To replace the producer would only fence that one.
  [[nodiscard]] bool taken_over() const { return taken_over_; }

 private:
  using Clock = std::chrono::steady_clock;
  /// One producer with what belongs to it; topics go before the handle.
  struct Instance {
    std::unique_ptr<Client> client;
    std::array<TopicHandle, kOutputTopicCount> topics;
    Clock::time_point made;
    bool doubtful = false;  ///< to be replaced before the next transaction
    bool fenced = false;    ///< counted once, however many calls report it
  };

  std::unique_ptr<Instance> make_instance();
  static void retire(std::unique_ptr<Instance> instance);
  rd_kafka_resp_err_t enqueue(const OutputRecord& record, std::int64_t* offset);
  [[nodiscard]] CommitOutcome failed_before_end(const Error& error, std::string_view call);
  [[nodiscard]] CommitOutcome end_transaction();
  void note(const Error& error, std::string_view call);
  void note_duration(Clock::duration took);
  [[nodiscard]] rd_kafka_t* handle() const { return instance_->client->get(); }

  Settings settings_;
  std::shared_ptr<RateLimitedLog> log_;
  std::unique_ptr<Instance> instance_;   // in use
  std::unique_ptr<Instance> candidate_;  // its init_transactions has not come back yet
  bool rejected_ = false;                // the open transaction holds a record that the broker refused for good
  bool wrong_time_ = false;              // … or for its time
  std::uint32_t since_poll_ = 0;
  Clock::time_point begun_;  // the last transaction
  TakeoverWatch takeovers_;
  Clock::time_point replace_from_;
  bool taken_over_ = false;
};

/// Aborts what another producer left open under this transactional id, and shuts that producer out. Takes at most
/// about `deadline`. Returns what went wrong, or success.
Error fence_producer(const ClientSettings& settings, const std::shared_ptr<RateLimitedLog>& log,
                     std::chrono::milliseconds deadline);

}  // namespace coagwatch::daemon::kafka
