#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/reload.h"
#include "daemon/cli/status_json.h"
#include "daemon/cli/worker_thread.h"
#include "daemon/config/file_watch.h"
#include "daemon/http/server.h"
#include "daemon/metrics/health.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// The running daemon: workers, health, metrics, HTTP, and the rule set in force.
///
/// All functions belong to one thread.
class Service {
 public:
  Service(std::shared_ptr<const Setup> setup, const EngineFaults& faults);

  /// Binds HTTP. False after an error was logged.
  bool serve();
  /// Says of all workers that they wait for something.
  void not_ready(const std::string& reason);
  /// Starts the workers. False after an error was logged.
  bool start(const kafka::TopicCheck& topics);
  /// Passes on what the workers say of themselves; reloads after a change of watched files.
  void housekeeping();
  /// Loads criteria and maps anew, and hands them to the workers if they are sound and others. `cause`: for the log.
  void reload(std::string_view cause);
  /// Why the process must end: another one works under its name. Empty while none was seen.
  [[nodiscard]] const std::string& conflict() const { return conflict_; }
  void stop();

 private:
  std::string status();
  HttpResponse patient(const std::string& key);
  bool watch(const Config& config);
  void look_at_feed(bool idle, rules::Timestamp newest);

  std::mutex mutex_;
  std::shared_ptr<const Setup> setup_;     // changed under mutex_; other threads read it under mutex_
  std::optional<LastReload> last_reload_;  // likewise
  const EngineFaults faults_;
  Metrics metrics_;
  Health health_;
  std::vector<std::unique_ptr<WorkerThread>> workers_;  // likewise
  FileWatch watch_;
  std::set<std::int32_t> owned_;  // partitions that the metrics show
  std::set<std::string> shown_;   // criteria that they show
  std::string conflict_;
  std::optional<FeedSilence> silence_;
  std::unique_ptr<HttpServer> http_;  // last: its thread uses the others
};

}  // namespace coagwatch::daemon
