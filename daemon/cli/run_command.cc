#include <csignal>
#include <cstdio>
#include <ctime>
#include <set>
#include <thread>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/setup.h"
#include "daemon/cli/status_json.h"
#include "daemon/cli/worker_thread.h"
#include "daemon/http/operations.h"
#include "daemon/http/server.h"
#include "daemon/log/log.h"
#include "daemon/metrics/health.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHousekeeping{250};
constexpr milliseconds kFirstRetry{500};
constexpr milliseconds kLastRetry{10'000};
// librdkafka can hang while it closes: past this the process ends all the same, and Kafka fences what it left.
constexpr milliseconds kShutdown{25'000};

/// SIGTERM, SIGINT and SIGHUP, taken by one thread that waits for them.
class Signals {
 public:
  /// Blocks them in this thread and those it starts: make it before any other thread.
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  /// Waits at most so long; true once the process is asked to end.
  bool stop_requested(milliseconds timeout) {
    if (stop_) return true;
    timespec wait{};
    wait.tv_sec = timeout.count() / 1000;
    wait.tv_nsec = timeout.count() % 1000 * 1'000'000;
    const int signal = sigtimedwait(&set_, nullptr, &wait);
    if (signal == SIGHUP) log::warning("SIGHUP: reloading is not part of this version; restart to apply changes");
    stop_ = signal == SIGTERM || signal == SIGINT;
    return stop_;
  }

 private:
  sigset_t set_{};
  bool stop_ = false;
};

/// The running daemon: workers, health, metrics, HTTP.
class Service {
 public:
  Service(const Setup& setup, const EngineFaults& faults)
      : setup_(setup),
        settings_(fold_settings(setup)),
        faults_(faults),
        metrics_({COAGWATCH_VERSION, kafka::library_version(), setup.rules.hash}),
        health_(setup.config.workers) {}

  /// Binds HTTP. False after an error was logged.
  bool serve() {
    if (setup_.config.http_listen.empty()) return true;
    HttpOptions options;
    options.listen = setup_.config.http_listen;
    const VersionInfo version{COAGWATCH_VERSION, kafka::library_version(), setup_.rules.hash, setup_.rules.sequence};
    std::string error;
    http_ = HttpServer::start(options, operation_routes(health_, metrics_, version, [this] { return status(); }),
                              &metrics_, error);
    if (!http_) {
      log::error("HTTP cannot be served", {{"error", error}});
      return false;
    }
    log::info("serving HTTP", {{"address", http_->address()}});
    return true;
  }

  void not_ready(const std::string& reason) {
    for (std::uint32_t i = 0; i < setup_.config.workers; ++i) {
      health_.tick(i);
      health_.set_ready(i, false, reason);
    }
  }

  /// Starts the workers. False after an error was logged.
  bool start(const kafka::TopicCheck& topics) {
    WorkerOptions options;
    options.gather = std::chrono::duration_cast<milliseconds>(setup_.config.transaction.gather);
    options.max_open = std::chrono::duration_cast<milliseconds>(setup_.config.transaction.max);
    options.max_records = setup_.config.transaction.max_records;
    options.faults = faults_;
    std::vector<std::unique_ptr<kafka::KafkaBroker>> brokers;
    for (std::uint32_t i = 0; i < setup_.config.workers; ++i) {
      std::string error;
      brokers.push_back(kafka::KafkaBroker::create(broker_options(setup_.config, topics, i), error));
      if (!brokers.back()) {
        log::error("Kafka client refused its configuration", {{"error", error}});
        return false;
      }
    }
    const std::lock_guard lock(mutex_);
    for (std::uint32_t i = 0; i < setup_.config.workers; ++i) {
      workers_.push_back(
          std::make_unique<WorkerThread>(i, std::move(brokers[i]), settings_, options, metrics_, health_));
    }
    return true;
  }

  /// Passes on what the workers say of themselves.
  void housekeeping() {
    const std::string& topic = settings_.input_topic;
    std::set<std::int32_t> owned;
    for (const auto& worker : workers_) {
      const WorkerSnapshot snapshot = worker->snapshot();
      if (conflict_.empty()) conflict_ = snapshot.conflict;
      const std::string reason = not_ready_reason(snapshot);
      health_.set_ready(worker->number(), reason.empty(), reason);
      std::size_t patients = 0;
      for (const WorkerSnapshot::Partition& partition : snapshot.partitions) {
        patients += partition.patients;
        owned.insert(partition.number);
        if (partition.end && partition.next >= 0) {
          metrics_.set_consumer_lag(topic, partition.number,
                                    std::max<std::int64_t>(0, *partition.end - partition.next));
        }
      }
      metrics_.patients(worker->number()).set(static_cast<double>(patients));
      for (std::size_t i = 0; i < snapshot.open_episodes.size(); ++i) {
        metrics_.set_episodes_open(worker->number(), setup_.rules.criteria[i].id, snapshot.open_episodes[i]);
      }
    }
    for (const std::int32_t partition : owned_) {
      if (!owned.contains(partition)) metrics_.forget_partition(topic, partition);
    }
    owned_ = std::move(owned);
  }

  /// Why the process must end: another one works under its name. Empty while none was seen.
  [[nodiscard]] const std::string& conflict() const { return conflict_; }

  void stop() {
    health_.set_stopping();
    for (const auto& worker : workers_) worker->request_stop();
    for (const auto& worker : workers_) worker->join();
    if (http_) http_->stop();
  }

 private:
  std::string status() {
    std::vector<WorkerSnapshot> snapshots;
    const std::lock_guard lock(mutex_);
    snapshots.reserve(workers_.size());
    for (const auto& worker : workers_) snapshots.push_back(worker->snapshot());
    return status_json(setup_, snapshots);
  }

  const Setup& setup_;
  const FoldSettings settings_;
  const EngineFaults faults_;
  Metrics metrics_;
  Health health_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<WorkerThread>> workers_;  // guarded by mutex_ while HTTP is served
  std::set<std::int32_t> owned_;
  std::string conflict_;
  std::unique_ptr<HttpServer> http_;  // last: its thread uses the others
};

/// Asks for the topics until the broker answers. nullopt: asked to stop (exit 0) or a definite problem (exit 2).
std::optional<kafka::TopicCheck> wait_for_topics(const Setup& setup, Service& service, Signals& signals, int& code) {
  milliseconds retry = kFirstRetry;
  for (;;) {
    kafka::TopicCheck check = prepare_topics(setup.config);
    if (check.problems.empty()) return check;
    const bool unreachable = check.problems.front().kind == kafka::TopicProblem::Kind::unreachable;
    if (!unreachable) {
      for (const kafka::TopicProblem& problem : check.problems) log::error(problem.text, {{"topic", problem.topic}});
      code = kExitUsage;
      return std::nullopt;
    }
    const std::string& why = check.problems.front().text;
    log::warning("the broker cannot be reached; trying again",
                 {{"brokers", setup.config.kafka.brokers}, {"error", why}, {"retry-ms", retry.count()}});
    service.not_ready("waiting for the broker at " + setup.config.kafka.brokers + ": " + why);
    if (signals.stop_requested(retry)) {
      code = kExitOk;
      return std::nullopt;
    }
    retry = std::min(retry * 2, kLastRetry);
  }
}

void end_process_after(milliseconds limit) {
  std::thread([limit] {
    std::this_thread::sleep_for(limit);
    log::error("shutdown took too long; ending without it");
    _exit(kExitFailed);
  }).detach();
}

}  // namespace

int run_command(const RunOptions& options) {
  Signals signals;
  std::vector<rules::Problem> problems;
  const std::unique_ptr<Setup> setup = load_setup(options.config, Purpose::run, problems);
  if (!problems.empty()) {
    print_problems(problems);
    return kExitUsage;
  }
  log::configure(setup->config.log.format, setup->config.log.level);
  if (!kafka::library_is_recent_enough()) {
    log::error("librdkafka 2.8.0 or later is needed", {{"found", kafka::library_version()}});
    return kExitUsage;
  }
  log::info("starting", {{"version", COAGWATCH_VERSION},
                         {"librdkafka", kafka::library_version()},
                         {"instance", setup->config.instance},
                         {"group", setup->config.kafka.group},
                         {"topic", setup->config.input.topics.front()},
                         {"rule-set", setup->rules.hash}});
  Service service(*setup, options.faults);
  if (!service.serve()) return kExitUsage;
  service.not_ready("waiting for the broker at " + setup->config.kafka.brokers);
  int code = kExitOk;
  const std::optional<kafka::TopicCheck> topics = wait_for_topics(*setup, service, signals, code);
  if (!topics) {
    service.stop();
    return code;
  }
  if (!service.start(*topics)) return kExitUsage;
  while (service.conflict().empty() && !signals.stop_requested(kHousekeeping)) service.housekeeping();
  if (!service.conflict().empty()) {
    log::error("ending, because this instance's name is taken",
               {{"instance", setup->config.instance}, {"error", service.conflict()}});
    code = kExitUsage;
  }
  log::info("stopping");
  end_process_after(kShutdown);
  service.stop();
  log::info("stopped");
  return code;
}

}  // namespace coagwatch::daemon
