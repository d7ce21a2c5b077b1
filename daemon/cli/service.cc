#include "daemon/cli/service.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "daemon/cli/patient_answer.h"
#include "daemon/engine/routing_task.h"
#include "daemon/engine/scoring_task.h"
#include "daemon/http/operations.h"
#include "daemon/http/patients.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/state_reader.h"
#include "daemon/log/log.h"
#include "daemon/metrics/readiness_series.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;

rules::Timestamp wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

/// Over all stages.
std::uint32_t worker_count(const Config& config, bool drain) {
  return config.workers * (config.input.keyed_by_patient || drain ? 1 : 2);
}

WorkerOptions worker_options(const Config& config, const EngineFaults& faults) {
  WorkerOptions options;
  options.gather = std::chrono::duration_cast<milliseconds>(config.transaction.gather);
  options.max_open = std::chrono::duration_cast<milliseconds>(config.transaction.max);
  options.max_records = config.transaction.max_records;
  options.faults = faults;
  return options;
}

}  // namespace

Service::Service(std::shared_ptr<const Setup> setup, const EngineFaults& faults, bool drain)
    : setup_(std::move(setup)),
      faults_(faults),
      drain_(drain),
      metrics_({COAGWATCH_VERSION, kafka::library_version(), setup_->rules.hash}),
      health_(worker_count(setup_->config, drain)),
      feeds_(metrics_) {
  watch(setup_->config);
}

bool Service::serve() {
  if (setup_->config.http_listen.empty()) return true;
  HttpOptions options;
  options.listen = setup_->config.http_listen;
  const auto version = [this] {
    const std::lock_guard lock(mutex_);
    const rules::RuleSet& rules = setup_->rules;
    return VersionInfo{COAGWATCH_VERSION, kafka::library_version(), rules.hash, rules.sequence};
  };
  std::vector<HttpRoute> routes = operation_routes(health_, metrics_, version, [this] { return status(); });
  for (HttpRoute& route : patient_routes(options.listen, [this](const std::string& key) { return patient(key); })) {
    routes.push_back(std::move(route));
  }
  std::string error;
  http_ = HttpServer::start(options, std::move(routes), &metrics_, error);
  if (!http_) {
    log::error("HTTP cannot be served", {{"error", error}});
    return false;
  }
  log::info("serving HTTP", {{"address", http_->address()}});
  return true;
}

void Service::not_ready(const std::string& reason) {
  for (std::uint32_t i = 0; i < worker_count(setup_->config, drain_); ++i) health_.set_ready(i, false, reason);
}

void Service::alive() {
  for (std::uint32_t i = 0; i < worker_count(setup_->config, drain_); ++i) health_.tick(i);
}

bool Service::start(const kafka::TopicCheck& topics) {
  const Config& config = setup_->config;
  struct Planned {
    Stage stage;
    std::unique_ptr<kafka::KafkaBroker> broker;
    std::unique_ptr<TaskFactory> tasks;
  };
  std::vector<Planned> planned;
  const auto plan = [&](const Stage& stage, std::uint32_t number, std::unique_ptr<TaskFactory> tasks) {
    std::string error;
    auto broker = kafka::KafkaBroker::create(broker_options(config, topics, stage, number), error);
    if (!broker) log::error("Kafka client refused its configuration", {{"error", error}});
    planned.push_back({stage, std::move(broker), std::move(tasks)});
    return planned.back().broker != nullptr;
  };
  FoldSettings settings = fold_settings(setup_);
  settings.routed = !config.input.keyed_by_patient;
  settings.input_topic = scored_topic(config);
  for (std::uint32_t i = 0; i < config.workers; ++i) {
    if (!plan(scoring_stage(config), i, std::make_unique<ScoringTasks>(settings))) return false;
  }
  for (std::uint32_t i = 0; i < config.workers && settings.routed && !drain_; ++i) {
    auto tasks = std::make_unique<RoutingTasks>(config.input.topics, scored_partitions(config, topics), settings);
    if (!plan(routing_stage(config), i, std::move(tasks))) return false;
  }
  const std::int32_t partitions = scored_partitions(config, topics);
  topics_.emplace(config, partitions);
  scored_ = partitions;
  if (!start_state(settings, partitions)) return false;
  WorkerOptions options = worker_options(config, faults_);
  options.confirm_ends = drain_;
  const std::lock_guard lock(mutex_);
  for (Planned& each : planned) {
    const auto number = static_cast<std::uint32_t>(workers_.size());
    StateSource* const states = each.stage.name == "scoring" ? states_.get() : nullptr;
    workers_.push_back(std::make_unique<WorkerThread>(number, std::move(each.stage), std::move(each.broker), states,
                                                      std::move(each.tasks), settings.rules, options, metrics_, health_,
                                                      kafka::poll_interval(client_settings(config, "").user)));
  }
  return true;
}

/// What reads the state topic. False after an error was logged.
bool Service::start_state(const FoldSettings& settings, std::int32_t partitions) {
  const Config& config = setup_->config;
  std::vector<StateThreads::Part> parts;
  for (std::uint32_t i = 0; i < config.state.restore_threads; ++i) {
    std::string error;
    auto reader = kafka::StateReader::create(state_reader_settings(config, i, partitions), config.output.state,
                                             kafka_log(), error);
    if (!reader) {
      log::error("Kafka client refused its configuration", {{"error", error}});
      return false;
    }
    parts.push_back({std::move(reader), std::make_unique<ScoringTasks>(settings)});
  }
  auto states =
      std::make_unique<StateThreads>(std::move(parts), config.state.standby ? partitions : 0, faults_, copy_observer_);
  const std::lock_guard lock(mutex_);
  states_ = std::move(states);
  return true;
}

void Service::housekeeping() {
  if (watch_.changed()) reload("a file has changed");
  const TopicWatch::Finding found = topics_ ? topics_->look() : TopicWatch::Finding{};
  if (!found.halt.empty()) {
    if (!std::exchange(halted_, true)) log::error("everything stops", {{"error", found.halt}});
    for (const auto& worker : workers_) worker->halt(found.halt);
  }
  gauges_.begin();
  for (const auto& worker : workers_) {
    const WorkerSnapshot snapshot = worker->snapshot();
    if (conflict_.empty()) conflict_ = snapshot.conflict;
    if (worker->stands()) standing_ = worker->stage().name + " worker " + std::to_string(worker->number());
    // A partition may have stopped before, for what the halt explains.
    const std::string& overall = found.halt.empty() ? found.problem : found.halt;
    const std::string reason = overall.empty() ? not_ready_reason(worker->stage(), snapshot) : overall;
    health_.set_ready(worker->number(), reason.empty(), reason);
    gauges_.show(worker->number(), worker->stage(), snapshot);
  }
  for (const std::string& topic : setup_->config.input.topics) {
    feeds_.look(setup_->config, topic, gauges_.is_read(topic), gauges_.newest_record(topic), wall_clock());
  }
  if (states_ && setup_->config.state.standby) gauges_.show(states_->standbys());
  gauges_.end();
  metrics_.readiness().ready().set(health_.ready().ok ? 1 : 0);
}

void Service::reload(std::string_view cause) {
  Reload found = reload_setup(*setup_, process_environment());
  // What was read before it was watched may have changed since.
  if (found.setup && watch(found.setup->config)) found = reload_setup(*setup_, process_environment());
  log_reload(found, *setup_, cause);
  {
    const std::lock_guard lock(mutex_);
    last_reload_ = {found.outcome, wall_clock(), found.problems.size()};
    if (found.setup) setup_ = found.setup;
  }
  if (found.outcome == ReloadOutcome::applied) {
    if (states_) states_->change_scoring(scoring_of(setup_));
    for (const auto& worker : workers_) worker->change_scoring(scoring_of(setup_));
    metrics_.set_rule_set(setup_->rules.hash);
  }
  metrics_.count_reload(found.outcome);
}

/// True if these files were not watched before.
bool Service::watch(const Config& config) {
  const bool other = watch_.watch(watched_paths(config));
  if (!watch_.problem().empty()) {
    log::warning("not every file of the rule set is watched: send SIGHUP after a change",
                 {{"error", watch_.problem()}});
  }
  return other;
}

DrainWatch::State Service::drained() {
  std::vector<WorkerSnapshot> snapshots;
  for (const auto& worker : workers_) snapshots.push_back(worker->snapshot());
  return drain_watch_.look(snapshots, scored_, DrainWatch::Clock::now());
}

void Service::stop() {
  health_.set_stopping();
  for (const auto& worker : workers_) worker->request_stop();
  for (const auto& worker : workers_) worker->join();
  if (states_) states_->stop();
  if (http_) http_->stop();
}

std::string Service::status() {
  std::vector<WorkerView> views;
  const std::lock_guard lock(mutex_);
  views.reserve(workers_.size());
  for (const auto& worker : workers_) views.push_back({worker->stage(), worker->number(), worker->snapshot()});
  return status_json(*setup_, last_reload_, views, states_ ? states_->standbys() : std::vector<StandbyView>());
}

/// Whichever worker has the patient answers; the others say that they do not.
HttpResponse Service::patient(const std::string& key) {
  constexpr std::chrono::seconds kPatience{2};
  std::vector<std::future<Inquiries::Answer>> answers;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) {
      if (worker->stage().name == "scoring") answers.push_back(worker->ask(key));
    }
  }
  const auto until = std::chrono::steady_clock::now() + kPatience;
  Inquiries::Answer known;
  for (std::future<Inquiries::Answer>& answer : answers) {
    if (answer.wait_until(until) != std::future_status::ready) {
      return http_problem(503, "a worker is too busy to answer; try again");
    }
    if (Inquiries::Answer found = answer.get()) known = std::move(found);
  }
  return patient_answer(key, known);
}

}  // namespace coagwatch::daemon
