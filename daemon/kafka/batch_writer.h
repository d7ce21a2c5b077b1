#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/broker.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/group_facts.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

class TxnProducer;

/// Writes the daemon's topics in its place, in transactions, while none runs: for commands of people.
///
/// Not thread-safe. What fails stays so: error() says why, and whatever was committed before stays.
class BatchWriter {
 public:
  struct Settings {
    ClientSettings client;                                   ///< with transactional_id
    std::array<std::string, kOutputTopicCount> topics;       ///< empty: never written to
    std::array<std::size_t, kOutputTopicCount> max_bytes{};  ///< each topic's max.message.bytes; 0: 1,048,588
  };

  /// Whoever wrote under that transactional id before is shut out, and what he left open is aborted. Waits at most
  /// about so long for the broker. Null with `error`.
  static std::unique_ptr<BatchWriter> open(const Settings& settings, const LogFunction& log, std::string& error,
                                           std::chrono::milliseconds timeout = std::chrono::seconds(30));
  ~BatchWriter();
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  /// Writes a record; now and then what was written is committed. False after a failure.
  bool write(const OutputRecord& record);
  /// Commits what was written since the last time.
  bool commit();
  /// Likewise, with offsets of groups that have no members. Their notes name this writer.
  struct GroupCommit {
    std::string group;
    std::vector<GroupOffset> offsets;
  };
  bool commit(const std::vector<GroupCommit>& groups);

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  BatchWriter(std::unique_ptr<TxnProducer> producer, std::string transactional_id);
  bool begin();
  bool fail(std::string error);

  std::unique_ptr<TxnProducer> producer_;
  std::string transactional_id_;
  bool open_ = false;
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
  std::string error_;
};

/// Shuts out the producer of that transactional id, and aborts what it left open. Returns what went wrong, or nothing.
std::string shut_out(const ClientSettings& settings, const std::string& transactional_id, const LogFunction& log);

}  // namespace coagwatch::daemon::kafka
