#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/kafka/handles.h"
#include "daemon/kafka/log_function.h"
#include "daemon/kafka/txn_watch.h"

namespace coagwatch::daemon::kafka {

/// One librdkafka handle with its callbacks. Destroying it takes at most about 3 s: past that it is left to a
/// thread of its own, because librdkafka can hang there and a shutdown must not.
///
/// One thread at a time; librdkafka's threads reach only the log and the TxnWatch.
class Client {
 public:
  /// Set before the handle is made; called on the thread that polls, never after the Client is gone.
  struct Callbacks {
    std::function<void(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions)> rebalance;
    std::function<void(const rd_kafka_message_t& message)> delivery_failed;
    /// Where a record with an opaque pointer was written.
    std::function<void(const rd_kafka_message_t& message)> delivered;
    bool watch_transactions = false;
  };

  /// Makes a handle. It connects later, so a broker that is down is no error. Null on a configuration that
  /// librdkafka refuses; `error` says why.
  static std::unique_ptr<Client> create(rd_kafka_type_t type, ConfHandle conf, std::string name,
                                        std::shared_ptr<RateLimitedLog> log, Callbacks callbacks, std::string& error);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] rd_kafka_t* get() const { return handle_; }
  [[nodiscard]] TxnWatch& watch() { return context_->watch; }
  /// The last error that concerns the handle as a whole, such as a refused login; empty if none.
  [[nodiscard]] const std::string& last_error() const { return context_->last_error; }
  /// A key of the handle's configuration in milliseconds, or `otherwise` if it has none.
  [[nodiscard]] std::chrono::milliseconds setting(const char* key, std::chrono::milliseconds otherwise) const;
  /// Asks some broker who leads the partitions that the handle knows; waits for the answer, a second at most.
  /// librdkafka does so by itself where a broker says that it does not lead one, but not where that broker does not
  /// know it yet.
  void ask_who_leads() const;

 private:
  struct Context {
    std::string name;
    std::shared_ptr<RateLimitedLog> log;
    Callbacks callbacks;
    TxnWatch watch;
    std::string last_error;
  };
  explicit Client(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  static void on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text);
  static void on_error(rd_kafka_t* rk, int code, const char* reason, void* opaque);
  static void on_rebalance(rd_kafka_t* rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                           void* opaque);
  static void on_delivery(rd_kafka_t* rk, const rd_kafka_message_t* message, void* opaque);

  rd_kafka_t* handle_ = nullptr;
  std::shared_ptr<Context> context_;  // shared with the thread that destroys the handle
};

}  // namespace coagwatch::daemon::kafka
