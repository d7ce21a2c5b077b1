#include <csignal>
#include <cstdio>
#include <ctime>
#include <thread>
#include <utility>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/service.h"
#include "daemon/cli/setup.h"
#include "daemon/log/log.h"

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
    reload_ = reload_ || signal == SIGHUP;
    stop_ = signal == SIGTERM || signal == SIGINT;
    return stop_;
  }
  /// True once after any number of SIGHUP.
  bool reload_requested() { return std::exchange(reload_, false); }

 private:
  sigset_t set_{};
  bool stop_ = false;
  bool reload_ = false;
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
  const std::shared_ptr<const Setup> setup = load_setup(options.config, Purpose::run, problems);
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
  Service service(setup, options.faults);
  if (!service.serve()) return kExitUsage;
  service.not_ready("waiting for the broker at " + setup->config.kafka.brokers);
  int code = kExitOk;
  const std::optional<kafka::TopicCheck> topics = wait_for_topics(*setup, service, signals, code);
  if (!topics) {
    service.stop();
    return code;
  }
  if (!service.start(*topics)) return kExitUsage;
  while (service.conflict().empty() && !signals.stop_requested(kHousekeeping)) {
    if (signals.reload_requested()) service.reload("SIGHUP");
    service.housekeeping();
  }
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
