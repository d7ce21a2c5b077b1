#include "daemon/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "daemon/metrics/readiness_series.h"
#include "daemon/metrics/standby_series.h"

namespace coagwatch::daemon {
namespace {

using fhir::Disposition;
using fhir::Reason;
using testing::HasSubstr;
using testing::Not;

/// The sample lines of one metric, `{labels} value`, in exposition order.
std::vector<std::string> samples(const Metrics& metrics, const std::string& name) {
  std::vector<std::string> found;
  std::istringstream in(metrics.expose());
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name) && (line[name.size()] == '{' || line[name.size()] == ' ')) {
      found.push_back(line.substr(name.size()));
    }
  }
  return found;
}

TEST(Metrics, BuildInfoNamesVersions) {
  const Metrics metrics({"0.1.0", "2.8.0", "abc"});
  EXPECT_THAT(samples(metrics, "coagwatch_build_info"),
              testing::ElementsAre(R"({criteria="abc",librdkafka="2.8.0",version="0.1.0"} 1)"));
}

TEST(Metrics, KnownSeriesStartAtZero) {
  const Metrics metrics({"0.1.0", "", ""});
  const std::string text = metrics.expose();
  for (const char* line :
       {"coagwatch_results_total{disposition=\"applied\",reason=\"none\"} 0\n",
        "coagwatch_results_total{disposition=\"dead\",reason=\"invalid-utf8\"} 0\n",
        "coagwatch_results_total{disposition=\"dead\",reason=\"modifier-extension\"} 0\n",
        "coagwatch_results_total{disposition=\"ignored\",reason=\"other-resource\"} 0\n",
        "coagwatch_results_total{disposition=\"ignored\",reason=\"specimen\"} 0\n",
        "coagwatch_results_total{disposition=\"unusable\",reason=\"d-dimer-flavour\"} 0\n",
        "coagwatch_results_total{disposition=\"unusable\",reason=\"preliminary\"} 0\n",
        "coagwatch_transactions_total{outcome=\"unknown\"} 0\n", "coagwatch_rebalances_total{kind=\"lost\"} 0\n",
        "coagwatch_assessments_total 0\n", "coagwatch_evicted_results_total 0\n",
        "coagwatch_replayed_records_total 0\n", "coagwatch_restore_records_total 0\n",
        "coagwatch_alert_latency_seconds_count 0\n", "coagwatch_unmapped_codes_total{code=\"other\"} 0\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("candidate")));
  EXPECT_EQ(samples(metrics, "coagwatch_results_total").size(), 4 + fhir::kReasonCount - 1);
}

TEST(Metrics, CountsWhatItIsGiven) {
  Metrics metrics({"0.1.0", "2.8.0", "abc"});
  metrics.records_consumed("t").add(3);
  metrics.records_consumed("t").add();
  metrics.last_record_timestamp("t").set(1'767'340'800.25);
  metrics.count_result(Disposition::dead, Reason::unknown_unit);
  metrics.count_result(Disposition::dead, Reason::unknown_unit, 2);
  metrics.assessments().add(16'777'217);
  metrics.alerts("isth-2001", "onset").add();
  metrics.transactions(Metrics::Outcome::committed).add(5);
  metrics.rebalances(Metrics::Rebalance::revoked).add();
  metrics.patients(1).set(42);
  metrics.restore_records().add(7);
  metrics.producer_replacements("fatal").add();
  metrics.replayed_records().add(2);
  metrics.count_http_request("/livez", 200);

  const std::string text = metrics.expose();
  for (const char* line :
       {"coagwatch_records_consumed_total{topic=\"t\"} 4\n",
        "coagwatch_last_record_timestamp_seconds{topic=\"t\"} 1767340800.25\n",
        "coagwatch_results_total{disposition=\"dead\",reason=\"unknown-unit\"} 3\n",
        "coagwatch_assessments_total 16777217\n", "coagwatch_alerts_total{criterion=\"isth-2001\",kind=\"onset\"} 1\n",
        "coagwatch_transactions_total{outcome=\"committed\"} 5\n", "coagwatch_rebalances_total{kind=\"revoked\"} 1\n",
        "coagwatch_patients{worker=\"1\"} 42\n", "coagwatch_restore_records_total 7\n",
        "coagwatch_producer_replacements_total{cause=\"fatal\"} 1\n", "coagwatch_replayed_records_total 2\n",
        "coagwatch_http_requests_total{code=\"200\",route=\"/livez\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, HistogramsHaveCumulativeBuckets) {
  Metrics metrics({"0.1.0", "", ""});
  metrics.alert_latency().observe(0.015);
  metrics.alert_latency().observe(0.5);
  metrics.alert_latency().observe(10'000);
  metrics.transaction_duration().observe(0.25);
  metrics.restore_duration().observe(0.25);
  const std::string text = metrics.expose();
  for (const char* line :
       {"coagwatch_alert_latency_seconds_bucket{le=\"0.01\"} 0\n",
        "coagwatch_alert_latency_seconds_bucket{le=\"0.02\"} 1\n",
        "coagwatch_alert_latency_seconds_bucket{le=\"900\"} 2\n",
        "coagwatch_alert_latency_seconds_bucket{le=\"+Inf\"} 3\n", "coagwatch_alert_latency_seconds_count 3\n",
        "coagwatch_transaction_duration_seconds_sum 0.25\n", "coagwatch_restore_duration_seconds_sum 0.25\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, LagOfAForgottenPartitionIsGone) {
  Metrics metrics({"0.1.0", "", ""});
  metrics.set_consumer_lag("t", 0, 5);
  metrics.set_consumer_lag("t", 1, 6);
  metrics.forget_partition("t", 0);
  metrics.forget_partition("t", 9);
  EXPECT_THAT(samples(metrics, "coagwatch_consumer_lag_records"),
              testing::ElementsAre(R"({partition="1",topic="t"} 6)"));
}

TEST(Metrics, OpenEpisodesAddUpOverWorkers) {
  Metrics metrics({"0.1.0", "", ""});
  metrics.set_episodes_open(0, "sic", 3);
  metrics.set_episodes_open(1, "sic", 4);
  metrics.set_episodes_open(0, "sic", 1);
  EXPECT_THAT(samples(metrics, "coagwatch_episodes_open"), testing::ElementsAre(R"({criterion="sic"} 5)"));
}

TEST(Metrics, UnmappedCodesAreBounded) {
  Metrics metrics({"0.1.0", "", ""});
  for (std::size_t i = 0; i < Metrics::kMaxUnmappedCodes + 7; ++i) {
    metrics.count_unmapped("urn:lab|" + std::to_string(i));
  }
  metrics.count_unmapped("urn:lab|0");
  metrics.count_unmapped("urn:lab|" + std::to_string(Metrics::kMaxUnmappedCodes - 1));
  metrics.count_unmapped("urn:lab|" + std::to_string(Metrics::kMaxUnmappedCodes));
  EXPECT_EQ(samples(metrics, "coagwatch_unmapped_codes_total").size(), Metrics::kMaxUnmappedCodes + 1);
  const std::string text = metrics.expose();
  EXPECT_THAT(text, HasSubstr("{code=\"urn:lab|0\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{code=\"urn:lab|49\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{code=\"other\"} 8\n"));
}

TEST(Metrics, LabelsAreEscaped) {
  Metrics metrics({"0.1.0", "", ""});
  metrics.count_unmapped("a\"b\\c\nd");
  EXPECT_THAT(metrics.expose(), HasSubstr(R"({code="a\"b\\c\nd"} 1)"));
}

TEST(Metrics, ThreadsLoseNoCount) {
  Metrics metrics({"0.1.0", "", ""});
  constexpr int kThreads = 4;
  constexpr int kRounds = 5'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&metrics, t] {
      Counter consumed = metrics.records_consumed("t");
      for (int i = 0; i < kRounds; ++i) {
        consumed.add();
        metrics.count_result(Disposition::applied, Reason::none);
        metrics.count_unmapped(std::to_string(i % 100));
        if (i % 100 == 0) {
          metrics.set_consumer_lag("t", t, i);
          metrics.forget_partition("t", t);
          if (i % 1'000 == 0) {
            EXPECT_FALSE(metrics.expose().empty());
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(samples(metrics, "coagwatch_records_consumed_total"), testing::ElementsAre("{topic=\"t\"} 20000"));
  double unmapped = 0;
  for (const std::string& line : samples(metrics, "coagwatch_unmapped_codes_total")) {
    unmapped += std::stod(line.substr(line.find("} ") + 2));
  }
  EXPECT_EQ(unmapped, kThreads * kRounds);
}

TEST(Metrics, ProcessFiguresAreThere) {
  const Metrics metrics({"0.1.0", "", ""});
  const auto value = [&](const std::string& name) {
    const auto lines = samples(metrics, name);
    return lines.size() == 1 ? std::stod(lines[0]) : -1;
  };
  EXPECT_GE(value("process_cpu_seconds_total"), 0);
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value("process_virtual_memory_bytes"), value("process_resident_memory_bytes"));
  EXPECT_GE(value("process_open_fds"), 3);
  EXPECT_GT(value("process_max_fds"), value("process_open_fds"));
  EXPECT_GE(value("process_threads"), 1);
  EXPECT_NEAR(value("process_start_time_seconds"), static_cast<double>(time(nullptr)), 3'600);
}

TEST(Metrics, ReloadsAreCountedAndTheRuleSetIsNamed) {
  Metrics metrics({"0.1.0", "2.8.0", "abc"});
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_reloads_total{outcome=\"applied\"} 0\n"));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_last_reload_successful 1\n"));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_last_reload_success_timestamp_seconds 1"));
  metrics.count_reload(ReloadOutcome::refused);
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_reloads_total{outcome=\"refused\"} 1\n"));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_last_reload_successful 0\n"));
  metrics.count_reload(ReloadOutcome::unchanged);
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_reloads_total{outcome=\"unchanged\"} 1\n"));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_last_reload_successful 1\n"));
  metrics.set_rule_set("def");
  EXPECT_THAT(metrics.expose(), HasSubstr("criteria=\"def\""));
  EXPECT_THAT(metrics.expose(), Not(HasSubstr("criteria=\"abc\"")));
}

TEST(Metrics, AStandbyThatIsGoneIsForgotten) {
  Metrics metrics({"0.1.0", "", ""});
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_standby_failures_total 0\n"));
  metrics.standby().set_lag(3, 17);
  metrics.standby().set_lag(4, 0);
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_standby_lag_records{partition=\"3\"} 17\n"));
  metrics.standby().forget(3);
  EXPECT_THAT(metrics.expose(), Not(HasSubstr("partition=\"3\"")));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_standby_lag_records{partition=\"4\"} 0\n"));
}

TEST(Metrics, EpisodesOfACriterionThatIsGoneAreForgotten) {
  Metrics metrics({"0.1.0", "", ""});
  metrics.set_episodes_open(0, "jaam", 3);
  metrics.set_episodes_open(0, "sic", 2);
  metrics.forget_episodes("jaam");
  EXPECT_THAT(metrics.expose(), Not(HasSubstr("criterion=\"jaam\"")));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_episodes_open{criterion=\"sic\"} 2\n"));
}

TEST(Metrics, ReadinessIsShown) {
  Metrics metrics({"0.1.0", "", ""});
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_ready 0\n"));
  metrics.readiness().ready().set(1);
  metrics.readiness().set_partitions("running", 3);
  metrics.readiness().set_partitions("stopped", 0);
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_ready 1\n"));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_partitions{state=\"running\"} 3\n"));
  EXPECT_THAT(metrics.expose(), HasSubstr("coagwatch_partitions{state=\"stopped\"} 0\n"));
}

}  // namespace
}  // namespace coagwatch::daemon
