#pragma once

// For tests: librdkafka's mock cluster. Real requests and real answers over real sockets, and any error on demand; but
// it isolates nothing and keeps no offsets of transactions, so it shows what a client does and never what a reader
// sees.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// Kafka's numbers of the requests that matter here.
enum class Request : std::int16_t {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  offset_fetch = 9,
  find_coordinator = 10,
  join_group = 11,
  heartbeat = 12,
  sync_group = 14,
  init_producer_id = 22,
  add_partitions = 24,
  add_offsets = 25,
  end_txn = 26,
  txn_offset_commit = 28,
  consumer_group_heartbeat = 68,
};

/// KIP-890's, which librdkafka does not know yet.
inline constexpr auto kTransactionAbortable = static_cast<rd_kafka_resp_err_t>(120);

/// One broker, which coordinates everything.
class MockKafka {
 public:
  MockKafka() {
    host_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0);
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    rd_kafka_mock_start_request_tracking(cluster_);
  }
  ~MockKafka() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  MockKafka(const MockKafka&) = delete;
  MockKafka& operator=(const MockKafka&) = delete;

  [[nodiscard]] std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  [[nodiscard]] rd_kafka_mock_cluster_t* get() const { return cluster_; }
  void create_topic(const char* name) const { rd_kafka_mock_topic_create(cluster_, name, 1, 1); }

  /// The next `times` requests of this kind are answered with `code`; _TRANSPORT closes the connection instead.
  void answer(Request request, rd_kafka_resp_err_t code, int times = 1) const {
    for (int i = 0; i < times; ++i) rd_kafka_mock_push_request_errors(cluster_, key(request), 1, code);
  }
  /// The next request of this kind is carried out, and its answer comes that late.
  void answer_late(Request request, std::chrono::milliseconds delay) const {
    rd_kafka_mock_broker_push_request_error_rtts(cluster_, 1, key(request), 1, RD_KAFKA_RESP_ERR_NO_ERROR,
                                                 static_cast<int>(delay.count()));
  }
  /// How many requests of this kind have come, since the start or forget().
  [[nodiscard]] int asked(Request request) const {
    std::size_t count = 0;
    rd_kafka_mock_request_t** requests = rd_kafka_mock_get_requests(cluster_, &count);
    int found = 0;
    for (std::size_t i = 0; i < count; ++i) found += rd_kafka_mock_request_api_key(requests[i]) == key(request) ? 1 : 0;
    rd_kafka_mock_request_destroy_array(requests, count);
    return found;
  }
  void forget() const { rd_kafka_mock_clear_requests(cluster_); }
  /// Ends what answer() asked for and was not needed. Whoever asked for one failure sees by asked() that it was met.
  void answer_well(Request request) const { rd_kafka_mock_clear_request_errors(cluster_, key(request)); }

 private:
  static std::int16_t key(Request request) { return static_cast<std::int16_t>(request); }

  rd_kafka_t* host_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace coagwatch::daemon::kafka
