#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/cli/drain_watch.h"
#include "daemon/cli/feed_watch.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/reload.h"
#include "daemon/cli/state_threads.h"
#include "daemon/cli/status_json.h"
#include "daemon/cli/topic_watch.h"
#include "daemon/cli/worker_gauges.h"
#include "daemon/cli/worker_thread.h"
#include "daemon/config/file_watch.h"
#include "daemon/engine/metrics_copy_observer.h"
#include "daemon/http/server.h"
#include "daemon/metrics/health.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// The running daemon: workers, health, metrics, HTTP, and the rule set in force.
///
/// All functions belong to one thread.
class Service {
 public:
  /// `drain`: without the router stage; drained() tells when nothing is left.
  Service(std::shared_ptr<const Setup> setup, const EngineFaults& faults, bool drain = false);

  /// Binds HTTP. False after an error was logged.
  bool serve();
  /// Says of all workers that they wait for something.
  void not_ready(const std::string& reason);
  /// Says that the process works, before it has workers.
  void alive();
  /// Starts the workers. False after an error was logged.
  bool start(const kafka::TopicCheck& topics);
  /// Passes on what the workers say of themselves; reloads after a change of watched files.
  void housekeeping();
  /// Loads criteria and maps anew, and hands them to the workers if they are sound and others. `cause`: for the log.
  void reload(std::string_view cause);
  /// Why the process must end: another one works under its name, or the group will not have it. Empty: it need not.
  [[nodiscard]] const std::string& conflict() const { return conflict_; }
  /// Which worker has stood still until the group gave its partitions away, and may stand for ever (librdkafka has
  /// calls without a time limit): the process must end. Empty: none.
  [[nodiscard]] const std::string& standing() const { return standing_; }
  /// Whether all that is there was scored (DrainWatch).
  DrainWatch::State drained();
  [[nodiscard]] const std::string& drain_problem() const { return drain_watch_.problem(); }
  void stop();

 private:
  std::string status();
  HttpResponse patient(const std::string& key);
  bool watch(const Config& config);
  bool start_state(const FoldSettings& settings, std::int32_t partitions);

  std::mutex mutex_;
  std::shared_ptr<const Setup> setup_;     // changed under mutex_; other threads read it under mutex_
  std::optional<LastReload> last_reload_;  // likewise
  const EngineFaults faults_;
  const bool drain_;
  DrainWatch drain_watch_;
  std::int32_t scored_ = 0;  ///< partitions of the scored topic
  Metrics metrics_;
  Health health_;
  MetricsCopyObserver copy_observer_{metrics_};
  std::unique_ptr<StateThreads> states_;                // likewise
  std::vector<std::unique_ptr<WorkerThread>> workers_;  // likewise
  FileWatch watch_;
  WorkerGauges gauges_{metrics_};
  std::string conflict_;
  std::string standing_;
  FeedWatch feeds_;
  std::optional<TopicWatch> topics_;
  bool halted_ = false;               // and said so
  std::unique_ptr<HttpServer> http_;  // last: its thread uses the others
};

}  // namespace coagwatch::daemon
