#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstdint>

namespace coagwatch::daemon::kafka {

/// Watches a producer's transactional requests from inside (KIP-890, which librdkafka lacks).
///
/// A request that timed out or lost its connection may still reach the broker, and librdkafka repeats it and
/// returns success: the application sees nothing. A straggling EndTxn or Produce could then end or enter a *later*
/// transaction. The remedy is a new producer of the same transactional id before the next begin: its epoch shuts
/// stragglers out. This class says when that is due, and whether a commit has left the house at all.
///
/// The interceptors run on librdkafka's threads, the rest on the worker's; all is atomic.
class TxnWatch {
 public:
  /// Attaches to a configuration; must outlive the producer made from it.
  void install(rd_kafka_conf_t* conf);

  /// Some transactional request ended without a definite answer. Never reset: the next producer has its own watch.
  [[nodiscard]] bool indefinite() const { return indefinite_.load(std::memory_order_acquire); }
  /// How many did.
  [[nodiscard]] std::uint64_t indefinite_results() const { return indefinite_results_.load(std::memory_order_relaxed); }

  /// Forgets earlier EndTxn requests; call before a commit.
  void expect_end() { end_sent_.store(false, std::memory_order_release); }
  /// An EndTxn request was written to a broker since expect_end().
  [[nodiscard]] bool end_sent() const { return end_sent_.load(std::memory_order_acquire); }

 private:
  static rd_kafka_resp_err_t on_new(rd_kafka_t* rk, const rd_kafka_conf_t* conf, void* self, char* errstr,
                                    std::size_t errstr_size);
  static rd_kafka_resp_err_t on_request_sent(rd_kafka_t* rk, int sockfd, const char* brokername, std::int32_t brokerid,
                                             std::int16_t api_key, std::int16_t api_version, std::int32_t corr_id,
                                             std::size_t size, void* self);
  static rd_kafka_resp_err_t on_response(rd_kafka_t* rk, int sockfd, const char* brokername, std::int32_t brokerid,
                                         std::int16_t api_key, std::int16_t api_version, std::int32_t corr_id,
                                         std::size_t size, std::int64_t rtt, rd_kafka_resp_err_t err, void* self);

  std::atomic<bool> indefinite_{false};
  std::atomic<bool> end_sent_{false};
  std::atomic<std::uint64_t> indefinite_results_{0};
};

}  // namespace coagwatch::daemon::kafka
