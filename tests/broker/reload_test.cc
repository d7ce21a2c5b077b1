#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "rules/criterion/loader.h"
#include "tests/broker/daemon_process.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kPartitions = 2;

/// A running daemon over criteria of its own: isth-2001 in a version that says its cut-off, and nothing else alerts.
class ReloadOnKafka : public testing::Test {
 protected:
  explicit ReloadOnKafka(const std::string& more = "") : daemon_(options(more)) {
    create_topic(daemon_.options().input, kPartitions);
    write_cut_off(6);
    daemon_.start();
  }
  static DaemonProcess::Options options(const std::string& more) {
    DaemonProcess::Options options;
    options.input = unique_name("input");
    options.prefix = unique_name("reload");
    options.extra = "criteria:\n  directory: own\n" + more + "alerts: {primary: {early: []}}\n";
    return options;
  }
  /// Makes the file anew, or replaces it as an editor does.
  void write_criterion(const std::string& text) const {
    const std::filesystem::path folder = std::filesystem::path(daemon_.config_file()).parent_path() / "own";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / ".isth.tmp") << text;
    std::filesystem::rename(folder / ".isth.tmp", folder / "isth.yaml");
  }
  void write_cut_off(int points) const {
    for (const rules::BuiltinCriterion& each : rules::builtin_criteria()) {
      if (each.id != "isth-2001") continue;
      std::string text(each.text);
      const std::string n = std::to_string(points);
      for (const auto& [from, to] : {std::pair<std::string, std::string>{"version: 1.0.0", "version: " + n + ".0.0"},
                                     {"met: {ge: 5}", "met: {ge: " + n + "}"}}) {
        text.replace(text.find(from), from.size(), to);
      }
      write_criterion(text);
    }
  }
  /// Sends a result, and waits until it is scored.
  void score(const std::string& patient, const std::string& id, const std::string& loinc, const std::string& value,
             const std::string& unit) {
    const std::string text = observation(id, patient, loinc, value, unit, "2026-01-02T08:00:00Z");
    TestProducer producer;
    producer.send(daemon_.options().input, patient_record(patient, text, kPartitions));
    producer.flush();
    ASSERT_TRUE(wait_until_consumed(daemon_.options().prefix, daemon_.options().input, 30)) << daemon_.log();
  }
  void five_points(const std::string& patient) {
    score(patient, "a", "777-3", "40", "10*9/L");
    score(patient, "b", "30226-5", "60", "ug/mL");
  }
  void no_more_points(const std::string& patient) { score(patient, "c", "3255-7", "3", "g/L"); }

  /// Version of isth-2001 in the last status of a patient.
  std::string version_for(const std::string& patient) const {
    std::string last;
    for (const Record& record : read_topic(status_topic(daemon_.options().prefix))) {
      if (record.key == patient) last = record.value.value_or("");
    }
    const std::size_t criterion = last.find(R"("isth-2001")");
    const std::size_t version = last.find(R"("version":")", criterion);
    if (criterion == std::string::npos || version == std::string::npos) return last;
    return last.substr(version + 11, last.find('"', version + 11) - version - 11);
  }
  std::vector<std::string> alerts() const {
    std::vector<std::string> all;
    for (const Record& record : read_topic(alerts_topic(daemon_.options().prefix))) {
      all.push_back(*record.key + " " + record.header("coagwatch-alert") + " " + record.header("coagwatch-priority"));
    }
    return all;
  }
  /// The hash that /version names.
  std::string hash() const {
    const std::string body = daemon_.get("/version").second;
    const std::size_t at = body.find(R"("hash":")") + 8;
    return body.substr(at, body.find('"', at) - at);
  }
  /// Waits for so many reloads, then until every worker has the set that is in force.
  bool wait_reloaded(const std::string& outcome, int times) const {
    if (!daemon_.wait_for("/metrics", reloads(outcome, times))) return false;
    return daemon_.wait_for("/status", R"(],"rule-set":")" + hash());
  }
  static std::string reloads(const std::string& outcome, int times) {
    return "coagwatch_reloads_total{outcome=\"" + outcome + "\"} " + std::to_string(times) + "\n";
  }

  DaemonProcess daemon_;
};

TEST_F(ReloadOnKafka, AChangedFileDecidesFromTheNextRecordOn) {
  ASSERT_TRUE(daemon_.wait_ready()) << daemon_.log();
  const std::string first = hash();
  five_points("Patient/1");
  EXPECT_THAT(alerts(), IsEmpty());
  EXPECT_EQ(version_for("Patient/1"), "6.0.0");

  write_cut_off(5);
  ASSERT_TRUE(wait_reloaded("applied", 1)) << daemon_.log();
  EXPECT_NE(hash(), first);
  EXPECT_THAT(daemon_.get("/metrics").second,
              AllOf(HasSubstr("criteria=\"" + hash() + "\""), Not(HasSubstr("criteria=\"" + first + "\""))));
  EXPECT_THAT(daemon_.get("/status").second, HasSubstr(R"("last-reload":{"outcome":"applied")"));
  EXPECT_THAT(alerts(), IsEmpty()) << "by the change alone";
  no_more_points("Patient/1");
  EXPECT_THAT(alerts(), ElementsAre("Patient/1 onset passive"));
  EXPECT_EQ(version_for("Patient/1"), "5.0.0");

  const std::vector<Record> journal = read_topic(daemon_.options().prefix + ".journal");
  ASSERT_THAT(journal, SizeIs(2));
  EXPECT_THAT(*journal[0].value, AllOf(HasSubstr(first), HasSubstr(R"("after-offset":-1,)")));
  EXPECT_THAT(*journal[1].value, AllOf(HasSubstr(hash()), HasSubstr(R"("after-offset":1,)")));
  EXPECT_EQ(daemon_.terminate(), 0);
}

TEST_F(ReloadOnKafka, ABrokenFileKeepsTheOldSet) {
  ASSERT_TRUE(daemon_.wait_ready()) << daemon_.log();
  const std::string first = hash();
  write_criterion("id: isth-2001\nversion: 7.0.0\nmet: {ge: many}\n");
  ASSERT_TRUE(wait_reloaded("refused", 1)) << daemon_.log();
  EXPECT_EQ(hash(), first);
  EXPECT_THAT(daemon_.get("/metrics").second,
              AllOf(HasSubstr("coagwatch_last_reload_successful 0\n"), HasSubstr("criteria=\"" + first + "\"")));
  EXPECT_THAT(daemon_.get("/status").second, HasSubstr(R"("last-reload":{"outcome":"refused")"));
  EXPECT_THAT(daemon_.log(), AllOf(HasSubstr("own/isth.yaml"), HasSubstr("reload refused")));
  EXPECT_EQ(daemon_.get("/readyz").first, 200);
  five_points("Patient/1");
  EXPECT_EQ(version_for("Patient/1"), "6.0.0");
  EXPECT_THAT(alerts(), IsEmpty());

  write_cut_off(5);
  ASSERT_TRUE(wait_reloaded("applied", 1)) << daemon_.log();
  EXPECT_THAT(daemon_.get("/metrics").second, HasSubstr("coagwatch_last_reload_successful 1\n"));
  five_points("Patient/2");
  EXPECT_THAT(alerts(), ElementsAre("Patient/2 onset interruptive"));
  EXPECT_EQ(daemon_.terminate(), 0);
}

/// With `criteria.watch: no`.
class ReloadBySignal : public ReloadOnKafka {
 protected:
  ReloadBySignal() : ReloadOnKafka("  watch: no\n") {}
};

TEST_F(ReloadBySignal, SighupReloadsAndTheConfigurationWithIt) {
  ASSERT_TRUE(daemon_.wait_ready()) << daemon_.log();
  five_points("Patient/1");
  write_cut_off(5);
  // Longer than a watch would take.
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  EXPECT_THAT(daemon_.get("/metrics").second, HasSubstr(reloads("applied", 0)));
  std::ofstream(daemon_.config_file(), std::ios::app) << "ruleset: {sequence: 8}\nworkers: 2\n";
  daemon_.send_signal(SIGHUP);
  ASSERT_TRUE(wait_reloaded("applied", 1)) << daemon_.log();
  EXPECT_THAT(daemon_.get("/version").second, HasSubstr(R"("sequence":8)"));
  EXPECT_THAT(daemon_.log(), AllOf(HasSubstr("waits for a restart"), HasSubstr(R"("key":"workers")")));
  no_more_points("Patient/1");
  EXPECT_THAT(alerts(), ElementsAre("Patient/1 onset passive"));
  EXPECT_EQ(version_for("Patient/1"), "5.0.0");

  daemon_.send_signal(SIGHUP);
  ASSERT_TRUE(wait_reloaded("unchanged", 1)) << daemon_.log();
  write_criterion("id: isth-2001\n");
  daemon_.send_signal(SIGHUP);
  ASSERT_TRUE(wait_reloaded("refused", 1)) << daemon_.log();

  // What decided before decides after a restart, where its file is sound again.
  write_cut_off(5);
  EXPECT_EQ(daemon_.terminate(), 0);
  daemon_.start();
  ASSERT_TRUE(daemon_.wait_ready()) << daemon_.log();
  EXPECT_EQ(daemon_.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test
