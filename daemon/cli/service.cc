#include "daemon/cli/service.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "daemon/cli/patient_answer.h"
#include "daemon/http/operations.h"
#include "daemon/http/patients.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;

rules::Timestamp wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

}  // namespace

Service::Service(std::shared_ptr<const Setup> setup, const EngineFaults& faults)
    : setup_(std::move(setup)),
      faults_(faults),
      metrics_({COAGWATCH_VERSION, kafka::library_version(), setup_->rules.hash}),
      health_(setup_->config.workers) {
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
  for (std::uint32_t i = 0; i < setup_->config.workers; ++i) {
    health_.tick(i);
    health_.set_ready(i, false, reason);
  }
}

bool Service::start(const kafka::TopicCheck& topics) {
  const Config& config = setup_->config;
  WorkerOptions options;
  options.gather = std::chrono::duration_cast<milliseconds>(config.transaction.gather);
  options.max_open = std::chrono::duration_cast<milliseconds>(config.transaction.max);
  options.max_records = config.transaction.max_records;
  options.faults = faults_;
  std::vector<std::unique_ptr<kafka::KafkaBroker>> brokers;
  for (std::uint32_t i = 0; i < config.workers; ++i) {
    std::string error;
    brokers.push_back(kafka::KafkaBroker::create(broker_options(config, topics, i), error));
    if (!brokers.back()) {
      log::error("Kafka client refused its configuration", {{"error", error}});
      return false;
    }
  }
  const FoldSettings settings = fold_settings(setup_);
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < config.workers; ++i) {
    workers_.push_back(std::make_unique<WorkerThread>(i, std::move(brokers[i]), settings, options, metrics_, health_));
  }
  return true;
}

void Service::housekeeping() {
  if (watch_.changed()) reload("a file has changed");
  const std::string& topic = setup_->config.input.topics.front();
  std::set<std::int32_t> owned;
  rules::Timestamp newest = rules::Timestamp::none();
  std::set<std::string> shown;
  for (const auto& worker : workers_) {
    const WorkerSnapshot snapshot = worker->snapshot();
    if (conflict_.empty()) conflict_ = snapshot.conflict;
    newest = std::max(newest, snapshot.newest_record);
    const std::string reason = not_ready_reason(snapshot);
    health_.set_ready(worker->number(), reason.empty(), reason);
    std::size_t patients = 0;
    for (const WorkerSnapshot::Partition& partition : snapshot.partitions) {
      patients += partition.patients;
      owned.insert(partition.number);
      if (partition.end && partition.next >= 0) {
        metrics_.set_consumer_lag(topic, partition.number, std::max<std::int64_t>(0, *partition.end - partition.next));
      }
    }
    metrics_.patients(worker->number()).set(static_cast<double>(patients));
    for (std::size_t i = 0; i < snapshot.open_episodes.size(); ++i) {
      const std::string& criterion = snapshot.rules->criteria[i].id;
      metrics_.set_episodes_open(worker->number(), criterion, snapshot.open_episodes[i]);
      shown.insert(criterion);
    }
  }
  look_at_feed(owned.empty(), newest);
  for (const std::int32_t partition : owned_) {
    if (!owned.contains(partition)) metrics_.forget_partition(topic, partition);
  }
  for (const std::string& criterion : shown_) {
    if (!shown.contains(criterion)) metrics_.forget_episodes(criterion);
  }
  owned_ = std::move(owned);
  shown_ = std::move(shown);
}

/// Somebody should know when nothing comes any more.
void Service::look_at_feed(bool idle, rules::Timestamp newest) {
  const Config& config = setup_->config;
  const rules::Timestamp now = wall_clock();
  if (!silence_) silence_.emplace(config.input.silence, config.time_zone, now);
  const std::string& topic = config.input.topics.front();
  // Without a partition it hears nothing of a feed that may be busy.
  if (idle) silence_.emplace(config.input.silence, config.time_zone, now);
  const FeedSilence::Change change = silence_->look(newest, now);
  metrics_.feed_silent(topic).set(silence_->silent() ? 1 : 0);
  if (change == FeedSilence::Change::fell_silent) {
    log::warning("the feed is silent",
                 {{"topic", topic}, {"seconds", std::to_string(silence_->since(now).micros / 1'000'000)}});
  } else if (change == FeedSilence::Change::came_back) {
    log::info("the feed is back", {{"topic", topic}});
  }
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

void Service::stop() {
  health_.set_stopping();
  for (const auto& worker : workers_) worker->request_stop();
  for (const auto& worker : workers_) worker->join();
  if (http_) http_->stop();
}

std::string Service::status() {
  std::vector<WorkerSnapshot> snapshots;
  const std::lock_guard lock(mutex_);
  snapshots.reserve(workers_.size());
  for (const auto& worker : workers_) snapshots.push_back(worker->snapshot());
  return status_json(*setup_, last_reload_, snapshots);
}

/// Whichever worker has the patient answers; the others say that they do not.
HttpResponse Service::patient(const std::string& key) {
  constexpr std::chrono::seconds kPatience{2};
  std::vector<std::future<Inquiries::Answer>> answers;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) answers.push_back(worker->ask(key));
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
