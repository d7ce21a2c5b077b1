#include "daemon/engine/metrics_observer.h"

#include <utility>

#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

double seconds(std::chrono::steady_clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

MetricsObserver::MetricsObserver(Metrics& metrics, std::shared_ptr<const rules::RuleSet> rules, Stage stage,
                                 std::uint32_t worker)
    : metrics_(metrics),
      rules_(std::move(rules)),
      stage_(std::move(stage)),
      worker_(worker),
      assessments_(metrics.assessments()),
      evicted_(metrics.evicted_results()),
      replayed_(metrics.replayed_records()),
      committed_(metrics.transactions(Metrics::Outcome::committed)),
      aborted_(metrics.transactions(Metrics::Outcome::aborted)),
      unknown_(metrics.transactions(Metrics::Outcome::unknown)),
      duration_(metrics.transaction_duration()),
      latency_(metrics.alert_latency()) {
  for (const std::string& topic : stage_.topics) {
    topics_.push_back(
        {metrics.records_consumed(topic), metrics.last_record_timestamp(topic), rules::Timestamp::none()});
  }
  for (const TimeAssumption& each : kTimeAssumptions) assumed_times_.push_back(metrics.assumed_times(each.name));
  for (const std::string_view name : kCommandNames) commands_.push_back(metrics.commands(name));
  commands_.push_back(metrics.commands("refused"));
  for (const std::string_view name : kLinkEventNames) patient_links_.push_back(metrics.patient_links(name));
}

void MetricsObserver::partition_committed(std::int32_t partition, const FoldCounters& counters) {
  Topic& topic = topics_.at(input_topic_of(partition));
  topic.records.add(counters.records + counters.replayed);
  replayed_.add(counters.replayed);
  assessments_.add(counters.assessments);
  evicted_.add(counters.evicted);
  for (std::size_t d = 0; d < counters.results.size(); ++d) {
    for (std::size_t r = 0; r < counters.results[d].size(); ++r) {
      if (const std::uint32_t n = counters.results[d][r]; n > 0) {
        metrics_.count_result(static_cast<fhir::Disposition>(d), static_cast<fhir::Reason>(r), n);
      }
    }
  }
  for (std::size_t i = 0; i < assumed_times_.size(); ++i) assumed_times_[i].add(counters.assumed_times[i]);
  for (std::size_t i = 0; i < counters.commands.size(); ++i) commands_[i].add(counters.commands[i]);
  commands_.back().add(counters.refused_commands);
  for (std::size_t i = 0; i < patient_links_.size(); ++i) patient_links_[i].add(counters.links[i]);
  metrics_.add_unmapped(counters.unmapped);
  for (const auto& [criterion, kind] : counters.alerts) count_alert(criterion, kind);
  if (counters.newest > topic.newest) {
    topic.newest = counters.newest;
    topic.last_record.set(static_cast<double>(topic.newest.millis()) / 1000.0);
  }
}

void MetricsObserver::count_alert(std::uint16_t criterion, rules::AlertKind kind) {
  auto found = alerts_.find({criterion, kind});
  if (found == alerts_.end()) {
    const Counter counter = metrics_.alerts(rules_->criteria[criterion].id, rules::alert_kind_name(kind));
    found = alerts_.emplace(std::pair{criterion, kind}, counter).first;
  }
  found->second.add();
}

void MetricsObserver::transaction_ended(CommitOutcome outcome, std::chrono::steady_clock::duration open) {
  duration_.observe(seconds(open));
  switch (outcome) {
    case CommitOutcome::committed:
      committed_.add();
      return;
    case CommitOutcome::unknown:
      unknown_.add();
      break;
    case CommitOutcome::aborted:
    case CommitOutcome::rejected:
    case CommitOutcome::wrong_time:
    case CommitOutcome::replace:
      aborted_.add();
      break;
  }
  log::write_every(std::chrono::seconds(10), "transaction-failed", LogLevel::warning,
                   "a transaction did not commit; its records are processed again",
                   {{"stage", stage_.name},
                    {"worker", worker_},
                    {"outcome", outcome == CommitOutcome::unknown ? "unknown" : "aborted"}});
}

void MetricsObserver::alert_latency(std::chrono::microseconds latency) {
  latency_.observe(std::chrono::duration<double>(latency).count());
}

void MetricsObserver::rebalanced(Rebalance kind, std::size_t partitions) {
  switch (kind) {
    case Rebalance::assigned:
      metrics_.rebalances(Metrics::Rebalance::assigned).add();
      log::info("partitions assigned", {{"stage", stage_.name}, {"worker", worker_}, {"partitions", partitions}});
      break;
    case Rebalance::revoked:
      metrics_.rebalances(Metrics::Rebalance::revoked).add();
      log::info("partitions revoked", {{"stage", stage_.name}, {"worker", worker_}, {"partitions", partitions}});
      break;
    case Rebalance::lost:
      metrics_.rebalances(Metrics::Rebalance::lost).add();
      log::warning("partitions lost", {{"stage", stage_.name}, {"worker", worker_}, {"partitions", partitions}});
      break;
  }
}

void MetricsObserver::restored(std::int32_t partition, std::uint64_t records, std::chrono::steady_clock::duration took,
                               std::chrono::steady_clock::duration hidden) {
  metrics_.restore_records().add(records);
  metrics_.restore_duration().observe(seconds(took));
  log::info("partition restored", {{"stage", stage_.name},
                                   {"worker", worker_},
                                   {"partition", partition},
                                   {"records", records},
                                   {"seconds", seconds(took)},
                                   {"waited-for-a-transaction", seconds(hidden)}});
}

void MetricsObserver::producer_replaced(std::string_view cause) {
  metrics_.producer_replacements(cause).add();
  if (cause != "start")
    log::warning("producer replaced", {{"stage", stage_.name}, {"worker", worker_}, {"cause", cause}});
}

void MetricsObserver::read_again(std::int32_t partition, std::string_view why) {
  log::warning("reading a partition's state again", {{"stage", stage_.name},
                                                     {"worker", worker_},
                                                     {"topic", stage_.topic_of(partition)},
                                                     {"partition", input_partition_of(partition)},
                                                     {"why", why}});
}

void MetricsObserver::partition_stopped(std::int32_t partition, std::string_view error) {
  log::error("partition stopped", {{"stage", stage_.name},
                                   {"worker", worker_},
                                   {"topic", stage_.topic_of(partition)},
                                   {"partition", input_partition_of(partition)},
                                   {"error", error}});
}

void MetricsObserver::rule_set_taken(const std::shared_ptr<const rules::RuleSet>& rules) {
  rules_ = rules;
  // They are found by the criterion's index.
  alerts_.clear();
  log::info("rule set taken",
            {{"stage", stage_.name}, {"worker", worker_}, {"rule-set", rules->hash}, {"sequence", rules->sequence}});
}

void MetricsObserver::notice(std::string_view text) {
  log::warning(text, {{"stage", stage_.name}, {"worker", worker_}});
}

}  // namespace coagwatch::daemon
