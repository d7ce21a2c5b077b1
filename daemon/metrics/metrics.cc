#include "daemon/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <sstream>
#include <vector>

#include "daemon/metrics/bounded_counter.h"
#include "daemon/metrics/process_series.h"
#include "daemon/metrics/readiness_series.h"
#include "daemon/metrics/rule_set_series.h"
#include "daemon/metrics/standby_series.h"

namespace coagwatch::daemon {
namespace {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;

constexpr std::size_t kDispositionCount = static_cast<std::size_t>(fhir::Disposition::dead) + 1;

Counters& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Gauges& gauges(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const prometheus::Histogram::BucketBoundaries& bounds) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, bounds);
}

const char* outcome_name(Metrics::Outcome outcome) {
  switch (outcome) {
    case Metrics::Outcome::committed:
      return "committed";
    case Metrics::Outcome::aborted:
      return "aborted";
    case Metrics::Outcome::unknown:
      break;
  }
  return "unknown";
}

const char* rebalance_name(Metrics::Rebalance kind) {
  switch (kind) {
    case Metrics::Rebalance::assigned:
      return "assigned";
    case Metrics::Rebalance::revoked:
      return "revoked";
    case Metrics::Rebalance::lost:
      break;
  }
  return "lost";
}

/// The disposition that a reason belongs to, as interfaces group them.
fhir::Disposition disposition_of(fhir::Reason reason) {
  if (reason >= fhir::Reason::d_dimer_flavour) return fhir::Disposition::unusable;
  if (reason >= fhir::Reason::other_resource) return fhir::Disposition::ignored;
  return fhir::Disposition::dead;
}

}  // namespace

void Counter::add(std::uint64_t n) { series_->Increment(static_cast<double>(n)); }
void Gauge::set(double value) { series_->Set(value); }
void Histogram::observe(double seconds) { series_->Observe(seconds); }

struct Metrics::Impl {
  explicit Impl(const Build& build) : rule_set(registry, build.version, build.librdkafka) {}

  prometheus::Registry registry;
  RuleSetSeries rule_set;
  Counters& records_consumed = counters(registry, "coagwatch_records_consumed_total", "Input records read.");
  Gauges& last_record = gauges(registry, "coagwatch_last_record_timestamp_seconds",
                               "Newest Kafka timestamp of an input record, seconds since the epoch.");
  Gauges& feed_silent = gauges(registry, "coagwatch_feed_silent",
                               "1 while no input record has come for longer than input.silence allows.");
  Counters& results =
      counters(registry, "coagwatch_results_total", "Results found in the input, by what became of them.");
  Counters& assumed_times = counters(registry, "coagwatch_assumed_times_total",
                                     "Results whose collection time came without zone, as a date alone, or not at all "
                                     "(the time of release stands in).");
  Counters& commands = counters(registry, "coagwatch_commands_total", "Commands applied, by kind.");
  Counters& patient_links = counters(registry, "coagwatch_patient_links_total",
                                     "Statements that a patient is another one, by what became of them.");
  Counters& unmapped_family =
      counters(registry, "coagwatch_unmapped_codes_total", "Results whose code is not mapped; further codes as other.");
  BoundedCounter unmapped{unmapped_family, "code", kMaxUnmappedCodes};
  mutable std::mutex list_mutex;
  fhir::UnmappedCodes list{kMaxListedCodes};  // guarded by list_mutex
  Counters& assessments = counters(registry, "coagwatch_assessments_total", "Assessments made.");
  Counters& evicted_results =
      counters(registry, "coagwatch_evicted_results_total",
               "Results dropped by limits.per-measure or limits.state-bytes inside the window.");
  Counters& alerts = counters(registry, "coagwatch_alerts_total", "Alert events published.");
  prometheus::Histogram& alert_latency =
      histogram(registry, "coagwatch_alert_latency_seconds", "From the input record's Kafka timestamp to the commit.",
                {0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 900});
  Counters& transactions = counters(registry, "coagwatch_transactions_total", "Transactions, by how they ended.");
  prometheus::Histogram& transaction_duration =
      histogram(registry, "coagwatch_transaction_duration_seconds", "From begin to the end of the commit.",
                {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10});
  Gauges& lag = gauges(registry, "coagwatch_consumer_lag_records", "Input records not yet processed.");
  Gauges& patients = gauges(registry, "coagwatch_patients", "Patients in a worker's state.");
  Gauges& episodes_open = gauges(registry, "coagwatch_episodes_open", "Episodes open or resolving.");
  Counters& restore_records = counters(registry, "coagwatch_restore_records_total", "Changelog records read.");
  prometheus::Histogram& restore_duration =
      histogram(registry, "coagwatch_restore_duration_seconds", "From a partition's assignment to its first record.",
                {0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300});
  StandbySeries standby{registry};
  ReadinessSeries readiness{registry};
  Counters& rebalances = counters(registry, "coagwatch_rebalances_total", "Changes of the partitions owned.");
  Counters& replacements = counters(registry, "coagwatch_producer_replacements_total", "Producers replaced, by cause.");
  Counters& replayed =
      counters(registry, "coagwatch_replayed_records_total", "Input records skipped because they were applied before.");
  Counters& http = counters(registry, "coagwatch_http_requests_total", "HTTP requests answered.");

  std::array<std::array<std::atomic<prometheus::Counter*>, fhir::kReasonCount>, kDispositionCount> result_series{};
  std::mutex mutex;  ///< guards series that come and go, and the map
  std::map<std::string, std::map<std::uint32_t, std::uint64_t>, std::less<>> open_by_criterion;

  prometheus::Counter& result(fhir::Disposition disposition, fhir::Reason reason) {
    auto& slot = result_series[static_cast<std::size_t>(disposition)][static_cast<std::size_t>(reason)];
    prometheus::Counter* series = slot.load(std::memory_order_acquire);
    if (series == nullptr) {
      const std::string_view why = reason == fhir::Reason::none ? "none" : fhir::reason_name(reason);
      series = &results.Add(
          {{"disposition", std::string(fhir::disposition_name(disposition))}, {"reason", std::string(why)}});
      slot.store(series, std::memory_order_release);
    }
    return *series;
  }

  /// Series whose labels are known beforehand start at 0, so that the first event is an increase to `rate()`.
  void start_known_series() {
    using fhir::Disposition;
    for (const Disposition each :
         {Disposition::applied, Disposition::duplicate, Disposition::superseded, Disposition::retracted}) {
      result(each, fhir::Reason::none);
    }
    for (std::size_t i = 1; i < fhir::kReasonCount; ++i) {
      const auto reason = static_cast<fhir::Reason>(i);
      result(disposition_of(reason), reason);
    }
    for (const Outcome each : {Outcome::committed, Outcome::aborted, Outcome::unknown}) {
      transactions.Add({{"outcome", outcome_name(each)}});
    }
    for (const Rebalance each : {Rebalance::assigned, Rebalance::revoked, Rebalance::lost}) {
      rebalances.Add({{"kind", rebalance_name(each)}});
    }
    for (Counters* each : {&assessments, &evicted_results, &restore_records, &replayed}) each->Add({});
  }
};

Metrics::Metrics(const Build& build) : impl_(std::make_unique<Impl>(build)) {
  impl_->rule_set.set_hash(build.criteria);
  impl_->start_known_series();
}
Metrics::~Metrics() = default;

Counter Metrics::records_consumed(std::string_view topic) {
  return Counter(impl_->records_consumed.Add({{"topic", std::string(topic)}}));
}
Gauge Metrics::last_record_timestamp(std::string_view topic) {
  return Gauge(impl_->last_record.Add({{"topic", std::string(topic)}}));
}
Gauge Metrics::feed_silent(std::string_view topic) {
  return Gauge(impl_->feed_silent.Add({{"topic", std::string(topic)}}));
}
void Metrics::count_result(fhir::Disposition disposition, fhir::Reason reason, std::uint64_t n) {
  impl_->result(disposition, reason).Increment(static_cast<double>(n));
}
void Metrics::count_unmapped(std::string_view code, std::uint64_t n) { impl_->unmapped.count(code, n); }

void Metrics::add_unmapped(const fhir::UnmappedCodes& codes) {
  if (codes.empty()) return;
  for (const fhir::UnmappedCodes::Entry* entry : codes.sorted()) count_unmapped(entry->code, entry->count);
  if (codes.other() > 0) impl_->unmapped.count_other(codes.other());
  const std::lock_guard lock(impl_->list_mutex);
  impl_->list.add(codes);
}

std::string Metrics::unmapped() const {
  const std::lock_guard lock(impl_->list_mutex);
  return fhir::unmapped_json(impl_->list);
}

Counter Metrics::assumed_times(std::string_view assumed) {
  return Counter(impl_->assumed_times.Add({{"assumed", std::string(assumed)}}));
}
Counter Metrics::commands(std::string_view command) {
  return Counter(impl_->commands.Add({{"command", std::string(command)}}));
}
Counter Metrics::patient_links(std::string_view event) {
  return Counter(impl_->patient_links.Add({{"event", std::string(event)}}));
}
Counter Metrics::assessments() { return Counter(impl_->assessments.Add({})); }
Counter Metrics::evicted_results() { return Counter(impl_->evicted_results.Add({})); }
Counter Metrics::alerts(std::string_view criterion, std::string_view kind) {
  return Counter(impl_->alerts.Add({{"criterion", std::string(criterion)}, {"kind", std::string(kind)}}));
}
Histogram Metrics::alert_latency() { return Histogram(impl_->alert_latency); }
Counter Metrics::transactions(Outcome outcome) {
  return Counter(impl_->transactions.Add({{"outcome", outcome_name(outcome)}}));
}
Histogram Metrics::transaction_duration() { return Histogram(impl_->transaction_duration); }

void Metrics::set_consumer_lag(std::string_view topic, std::int32_t partition, std::int64_t records) {
  const std::lock_guard lock(impl_->mutex);
  impl_->lag.Add({{"topic", std::string(topic)}, {"partition", std::to_string(partition)}})
      .Set(static_cast<double>(records));
}
void Metrics::forget_partition(std::string_view topic, std::int32_t partition) {
  const std::lock_guard lock(impl_->mutex);
  impl_->lag.Remove(&impl_->lag.Add({{"topic", std::string(topic)}, {"partition", std::to_string(partition)}}));
}
Gauge Metrics::patients(std::uint32_t worker) {
  return Gauge(impl_->patients.Add({{"worker", std::to_string(worker)}}));
}
void Metrics::set_episodes_open(std::uint32_t worker, std::string_view criterion, std::uint64_t open) {
  const std::lock_guard lock(impl_->mutex);
  auto& by_worker = impl_->open_by_criterion[std::string(criterion)];
  by_worker[worker] = open;
  std::uint64_t sum = 0;
  for (const auto& [unused, count] : by_worker) sum += count;
  impl_->episodes_open.Add({{"criterion", std::string(criterion)}}).Set(static_cast<double>(sum));
}

void Metrics::forget_episodes(std::string_view criterion) {
  const std::lock_guard lock(impl_->mutex);
  impl_->open_by_criterion.erase(std::string(criterion));
  impl_->episodes_open.Remove(&impl_->episodes_open.Add({{"criterion", std::string(criterion)}}));
}

void Metrics::set_rule_set(const std::string& hash) { impl_->rule_set.set_hash(hash); }
void Metrics::count_reload(ReloadOutcome outcome) { impl_->rule_set.count_reload(outcome); }

Counter Metrics::restore_records() { return Counter(impl_->restore_records.Add({})); }
Histogram Metrics::restore_duration() { return Histogram(impl_->restore_duration); }
StandbySeries& Metrics::standby() { return impl_->standby; }
ReadinessSeries& Metrics::readiness() { return impl_->readiness; }
Counter Metrics::rebalances(Rebalance kind) { return Counter(impl_->rebalances.Add({{"kind", rebalance_name(kind)}})); }
Counter Metrics::producer_replacements(std::string_view cause) {
  return Counter(impl_->replacements.Add({{"cause", std::string(cause)}}));
}
Counter Metrics::replayed_records() { return Counter(impl_->replayed.Add({})); }

void Metrics::count_http_request(std::string_view route, unsigned code) {
  impl_->http.Add({{"route", std::string(route)}, {"code", std::to_string(code)}}).Increment();
}

std::string Metrics::expose() const {
  std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
  append_process_series(families);
  // The registry has no order of its own; a fixed one makes two scrapes comparable by eye and by diff.
  std::sort(families.begin(), families.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (prometheus::MetricFamily& family : families) {
    std::sort(family.metric.begin(), family.metric.end(),
              [](const auto& a, const auto& b) { return a.label < b.label; });
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace coagwatch::daemon
