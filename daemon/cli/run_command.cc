#include <csignal>
#include <cstdio>
#include <ctime>
#include <future>
#include <thread>
#include <type_traits>
#include <utility>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/service.h"
#include "daemon/cli/setup.h"
#include "daemon/cli/unfinished_state.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHousekeeping{250};
constexpr milliseconds kFirstRetry{500};
constexpr milliseconds kLastRetry{10'000};
constexpr milliseconds kStateRetry{2'000};
constexpr milliseconds kAnswerLook{10};
// librdkafka can hang while it closes: past this the process ends all the same, and Kafka fences what it left.
constexpr milliseconds kShutdown{25'000};
// For the other workers, where one stands still.
constexpr milliseconds kShutdownOfOthers{5'000};

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

/// Asks the broker something that may take a while. nullopt: asked to stop meanwhile, and nobody waits for the answer.
template <typename Question>
auto ask(Service& service, Signals& signals, const Question& question)
    -> std::optional<std::invoke_result_t<Question>> {
  using Answer = std::invoke_result_t<Question>;
  std::packaged_task<Answer()> task(question);
  std::future<Answer> answer = task.get_future();
  std::thread(std::move(task)).detach();
  while (answer.wait_for(milliseconds(0)) != std::future_status::ready) {
    service.alive();
    if (signals.stop_requested(kAnswerLook)) return std::nullopt;
  }
  return answer.get();
}

/// Asks for the topics until the broker answers. nullopt: asked to stop (exit 0) or a definite problem (exit 2).
std::optional<kafka::TopicCheck> wait_for_topics(const std::shared_ptr<const Setup>& setup, Service& service,
                                                 Signals& signals, int& code) {
  milliseconds retry = kFirstRetry;
  for (;;) {
    std::optional<kafka::TopicCheck> found = ask(service, signals, [setup] { return prepare_topics(setup->config); });
    if (!found) return std::nullopt;
    kafka::TopicCheck& check = *found;
    if (check.problems.empty()) return found;
    const bool unreachable = check.problems.front().kind == kafka::TopicProblem::Kind::unreachable;
    if (!unreachable) {
      for (const kafka::TopicProblem& problem : check.problems) log::error(problem.text, {{"topic", problem.topic}});
      code = kExitUsage;
      return std::nullopt;
    }
    const std::string& why = check.problems.front().text;
    log::warning("the broker cannot be reached; trying again",
                 {{"brokers", setup->config.kafka.brokers}, {"error", why}, {"retry-ms", retry.count()}});
    service.not_ready("waiting for the broker at " + setup->config.kafka.brokers + ": " + why);
    if (signals.stop_requested(retry)) {
      code = kExitOk;
      return std::nullopt;
    }
    retry = std::min(retry * 2, kLastRetry);
  }
}

/// The topics, once their state can be begun with. Who repartitions it needs a group without members until then.
std::optional<kafka::TopicCheck> wait_for_state(const std::shared_ptr<const Setup>& setup, Service& service,
                                                Signals& signals, bool drain, int& code) {
  const auto look = [setup] { return unfinished_state(setup->config); };
  std::string said;
  for (;;) {
    std::optional<kafka::TopicCheck> topics = wait_for_topics(setup, service, signals, code);
    if (!topics) return std::nullopt;
    // It takes long enough to have been deleted meanwhile, and made anew.
    std::optional<std::string> why = ask(service, signals, look);
    while (why && !why->empty()) {
      if (said != *why) {
        log::error("the state cannot be begun with", {{"topic", setup->config.output.state}, {"error", *why}});
      }
      said = *why;
      service.not_ready(*why);
      if (drain) code = kExitFailed;
      if (drain || signals.stop_requested(kStateRetry)) return std::nullopt;
      why = ask(service, signals, look);
    }
    if (!why) return std::nullopt;
    if (said.empty()) return topics;
    said.clear();
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
                         {"topics", setup->config.input.topics.size()},
                         {"keyed-by-patient", setup->config.input.keyed_by_patient ? "yes" : "no"},
                         {"rule-set", setup->rules.hash}});
  Service service(setup, options.faults, options.drain);
  if (!service.serve()) return kExitUsage;
  service.not_ready("waiting for the broker at " + setup->config.kafka.brokers);
  int code = kExitOk;
  const std::optional<kafka::TopicCheck> topics = wait_for_state(setup, service, signals, options.drain, code);
  if (!topics) {
    service.stop();
    log::info("stopped");
    // A question may still be under way, of which librdkafka's threads may not find the process half taken down.
    std::fflush(nullptr);
    _exit(code);
  }
  if (!service.start(*topics)) return kExitUsage;
  std::string said;
  while (service.conflict().empty() && service.standing().empty() && !signals.stop_requested(kHousekeeping)) {
    if (signals.reload_requested()) service.reload("SIGHUP");
    service.housekeeping();
    if (!options.drain) continue;
    const DrainWatch::State drained = service.drained();
    if (drained == DrainWatch::State::working && said != service.drain_problem()) {
      said = service.drain_problem();
      if (!said.empty()) log::warning("waiting to drain all", {{"error", said}});
    }
    if (drained == DrainWatch::State::working) continue;
    if (drained == DrainWatch::State::stopped) {
      log::error("nothing more can be scored", {{"error", service.drain_problem()}});
      code = kExitFailed;
    }
    break;
  }
  if (!service.conflict().empty()) {
    log::error("ending, because this process cannot be one of the group",
               {{"instance", setup->config.instance}, {"error", service.conflict()}});
    code = kExitUsage;
  }
  const bool stands = !service.standing().empty();
  if (stands) {
    log::error("ending, because a worker has stood still for longer than max.poll.interval.ms",
               {{"worker", service.standing()}});
    code = kExitFailed;
  }
  log::info("stopping");
  end_process_after(stands ? kShutdownOfOthers : kShutdown);
  service.stop();
  log::info("stopped");
  return code;
}

}  // namespace coagwatch::daemon
