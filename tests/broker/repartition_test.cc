// Another number of partitions: a daemon ends, its state is divided anew, another one goes on with it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <thread>

#include "daemon/cli/repartition_source.h"
#include "daemon/kafka/partitioner.h"
#include "tests/broker/daemon_process.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A feed whose keys librdkafka has divided by its default partitioner.
std::vector<Record> keyed_feed(std::size_t records, int patients, int partitions, std::uint32_t seed) {
  std::vector<Record> feed = sample_feed(records, patients, partitions, seed);
  for (Record& record : feed) {
    record.partition =
        daemon::kafka::partition_by(daemon::kafka::Partitioner::consistent, record.key.value_or(""), partitions);
  }
  return feed;
}

using ByPatient = std::map<std::string, std::vector<std::string>>;

class Repartition : public testing::Test {
 protected:
  [[nodiscard]] DaemonProcess::Options options(const std::string& prefix, bool keyed) const {
    DaemonProcess::Options options;
    options.input = input_;
    options.prefix = prefix;
    options.keyed = keyed;
    options.short_session = true;
    return options;
  }
  void send(const std::vector<Record>& feed) const {
    TestProducer producer;
    for (const Record& record : feed) producer.send(input_, record);
    producer.flush();
  }
  /// Waits until the router has read the input, and nothing of what it made is left.
  static bool consumed(const DaemonProcess& daemon) {
    const DaemonProcess::Options& made = daemon.options();
    if (!wait_until_consumed(made.prefix + (made.keyed ? "" : "-router"), made.input, 60)) return false;
    const std::string scored = scored_topic(made);
    return wait_without_lag({&daemon}, scored, partition_count(scored));
  }
  static void add_alerts(const std::string& prefix, ByPatient& alerts) {
    for (const Record& record : read_topic(alerts_topic(prefix))) alerts[*record.key].push_back(*record.value);
  }
  static std::map<std::string, std::string> statuses(const std::string& prefix) {
    std::map<std::string, std::string> all;
    for (const Record& record : read_topic(status_topic(prefix))) {
      if (record.value) {
        all[*record.key] = *record.value;
      } else {
        all.erase(*record.key);
      }
    }
    return all;
  }
  static Outcome repartition(const DaemonProcess& from, const DaemonProcess& to, const std::string& more = "") {
    return run_program("state repartition --from " + from.config_file() + " -c " + to.config_file() + " " + more);
  }
  static Outcome drain(const DaemonProcess& daemon) { return run_program("run --drain -c " + daemon.config_file()); }
  /// What both installations published together is what one that read the whole input would have, patient by patient.
  void expect_as_one(const std::string& first, const std::string& second) const {
    const std::string capture = std::string(TEST_STATE "/") + unique_name("capture") + ".ndjson";
    DaemonProcess::Options whole = options(unique_name("whole"), true);
    const DaemonProcess config(whole);
    ASSERT_EQ(run_program("capture " + input_ + " -c " + config.config_file() + " --output " + capture).code, 0);
    const Outcome replayed = run_program("replay " + capture + " -c " + config.config_file() + " --emit alerts,status");
    ASSERT_EQ(replayed.code, 0) << replayed.err;
    ByPatient expected;
    std::map<std::string, std::string> expected_status;
    std::istringstream lines(replayed.out);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t key = line.find(R"("key":")") + 7;
      const std::size_t value = line.find(R"(","value":)", key);
      const std::string patient = line.substr(key, value - key);
      const std::string text = line.substr(value + 10, line.size() - value - 11);
      if (line.starts_with(R"({"kind":"alerts")")) {
        expected[patient].push_back(text);
      } else {
        expected_status[patient] = text;
      }
    }
    ByPatient found;
    add_alerts(first, found);
    const std::size_t before = found.size();
    add_alerts(second, found);
    EXPECT_GT(before, 0U) << "no alerts before";
    EXPECT_FALSE(read_topic(alerts_topic(second)).empty()) << "no alerts after";
    EXPECT_TRUE(found == expected) << "alerts of " << found.size() << " patients, " << expected.size() << " expected";
    EXPECT_TRUE(statuses(second) == expected_status);
  }

  const std::string input_ = unique_name("input");
  const std::string before_ = unique_name("before");
  const std::string after_ = unique_name("after");
};

TEST_F(Repartition, RoutedPatientsGoOnInMorePartitions) {
  // One partition, so that the whole has one order.
  create_topic(input_, 1);
  const std::vector<Record> feed = sample_feed(4'000, 60, 1, 5);
  DaemonProcess old(options(before_, false));
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  send({feed.begin(), feed.begin() + 2'000});
  ASSERT_TRUE(consumed(old)) << old.get("/status").second;
  DaemonProcess young(options(after_, false));

  const Outcome alive = repartition(old, young, "--partitions 6");
  EXPECT_EQ(alive.code, 1);
  EXPECT_THAT(alive.err, HasSubstr("group " + before_ + " has members"));
  ASSERT_EQ(old.terminate(), 0) << old.log();
  EXPECT_EQ(partition_count(state_topic(after_)), 0) << "nothing was made";

  // Input that comes meanwhile waits for the new router.
  send({feed.begin() + 2'000, feed.begin() + 2'500});
  const Outcome drained = drain(old);
  EXPECT_EQ(drained.code, 0) << drained.err;
  EXPECT_EQ(group_lag(before_ + "-router", input_), 500);
  const Outcome done = repartition(old, young, "--partitions 6");
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("6 partitions of " + state_topic(after_) + ": written"));
  const Outcome again = repartition(old, young, "--partitions 6");
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("name another kafka.group"));
  const std::string nothing = unique_name("nothing");
  const DaemonProcess third(options(nothing, false));
  {
    std::ifstream in(third.config_file());
    std::string text(std::istreambuf_iterator<char>(in), {});
    const std::string group = "group: " + nothing;
    text.replace(text.find(group), group.size(), "group: " + after_);
    std::ofstream(third.config_file()) << text;
  }
  const Outcome refused = repartition(old, third, "--partitions 6");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("name another kafka.group"));
  EXPECT_EQ(partition_count(state_topic(nothing)), 0) << "what is refused makes nothing";
  EXPECT_EQ(partition_count(alerts_topic(nothing)), 0);

  young.start();
  ASSERT_TRUE(young.wait_ready(60)) << young.log() << young.get("/readyz").second;
  send({feed.begin() + 2'500, feed.end()});
  ASSERT_TRUE(consumed(young)) << young.get("/status").second;
  EXPECT_EQ(young.terminate(), 0);
  expect_as_one(before_, after_);
  const Outcome verified = run_program("state verify -c " + young.config_file());
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(alive.err + done.out + done.err + drained.err, testing::Not(HasSubstr("Patient/")));
}

TEST_F(Repartition, AKeyedTopicGetsMorePartitions) {
  create_topic(input_, 2);
  DaemonProcess old(options(before_, true));
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  send(keyed_feed(1'500, 40, 2, 6));
  ASSERT_TRUE(consumed(old));
  ASSERT_EQ(old.terminate(), 0);
  DaemonProcess young(options(after_, true));
  const Outcome other = repartition(old, young, "--partitioner fnv1a");
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("divided in another way"));
  EXPECT_EQ(partition_count(state_topic(after_)), 0) << "what is refused makes nothing";
  DaemonProcess last(options(unique_name("last"), true));
  add_partitions(input_, 5);
  const Outcome done = repartition(old, last, "--partitioner consistent");
  ASSERT_EQ(done.code, 0) << done.err;
  last.start();
  ASSERT_TRUE(last.wait_ready(60)) << last.log() << last.get("/readyz").second;
  EXPECT_TRUE(consumed(last));
  EXPECT_TRUE(read_topic(alerts_topic(last.options().prefix)).empty()) << "nothing is told twice";
  EXPECT_EQ(last.terminate(), 0);
  EXPECT_TRUE(statuses(last.options().prefix) == statuses(before_));
  const Outcome back = drain(old);
  EXPECT_NE(back.code, 0) << "the old one does not go on with the grown topic";
}

TEST_F(Repartition, AKeyedTopicThatGrewByAccidentIsDividedAnew) {
  create_topic(input_, 4);
  DaemonProcess old(options(before_, true));
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  const std::vector<Record> first = keyed_feed(1'000, 60, 4, 13);
  send(first);
  std::vector<Record> rest = keyed_feed(1'000, 60, 6, 14);
  const auto is_old = [](const Record& record) { return record.partition < 4; };
  const auto fresh = std::stable_partition(rest.begin(), rest.end(), is_old);
  // What comes before the daemon has seen that the topic has grown.
  send({rest.begin(), fresh});
  ASSERT_TRUE(consumed(old));
  add_partitions(input_, 6);
  send({fresh, rest.end()});
  ASSERT_TRUE(old.wait_for("/readyz", "Changing the number of partitions")) << old.get("/readyz").second;
  ASSERT_EQ(old.terminate(), 0);
  const Outcome drained = drain(old);
  EXPECT_NE(drained.code, 0);
  EXPECT_THAT(drained.err, HasSubstr("leave this one as it is"));

  for (const bool keyed : {true, false}) {
    DaemonProcess young(options(unique_name("after"), keyed));
    const Outcome other = repartition(old, young, "--partitions 6 --partitioner murmur2");
    EXPECT_EQ(other.code, 1) << "by no number of partitions could they be where they are";
    const Outcome done = repartition(old, young, "--partitions 6 --partitioner consistent");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("had something in a partition that is not theirs"));
    EXPECT_THAT(done.out, testing::Not(HasSubstr("Patient/")));
    young.start();
    ASSERT_TRUE(young.wait_ready(60)) << young.log() << young.get("/readyz").second;
    ASSERT_TRUE(consumed(young)) << young.get("/status").second;
    EXPECT_EQ(young.terminate(), 0);
    const Outcome verified = run_program("state verify -c " + young.config_file());
    EXPECT_EQ(verified.code, 0) << verified.out;
    const std::map<std::string, std::string> known = statuses(young.options().prefix);
    const Outcome before = run_program("state verify -c " + old.config_file());
    EXPECT_THAT(before.out, HasSubstr("the same patient has a state in another partition"));
    EXPECT_GE(known.size(), statuses(before_).size());
  }
}

TEST_F(Repartition, WhereItWasKilledNobodyBeginsAndItCanBeRunAgain) {
  create_topic(input_, 2);
  DaemonProcess old(options(before_, false));
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  send(sample_feed(600, 30, 2, 9));
  ASSERT_TRUE(consumed(old));
  ASSERT_EQ(old.terminate(), 0);
  // What hides a status from its readers has it wait when the states are written.
  TestProducer hiding(unique_name("hiding"));
  hiding.begin();
  Record hidden;
  hidden.key = "Patient/0";
  hidden.value = "{}";
  hiding.send(status_topic(before_), hidden);
  hiding.flush();
  DaemonProcess young(options(after_, false));
  const Outcome killed = run_program("state repartition --from " + old.config_file() + " -c " + young.config_file(), "",
                                     "timeout -s KILL 8 " TEST_DAEMON);
  EXPECT_NE(killed.code, 0);
  hiding.abort();
  const Outcome verified = run_program("state verify -c " + young.config_file());
  EXPECT_EQ(verified.code, 1);
  EXPECT_THAT(verified.out, HasSubstr("partition 1: coagwatch state repartition has not written"));
  young.start();
  EXPECT_TRUE(young.wait_for("/readyz", "coagwatch state repartition has not written")) << young.get("/readyz").second;
  // Nor does the router stage read anything.
  std::this_thread::sleep_for(std::chrono::seconds(3));
  EXPECT_EQ(log_ends(by_patient_topic(after_), false), (std::vector<std::int64_t>{0, 0, 0, 0}));
  const Outcome half = repartition(old, young);
  EXPECT_EQ(half.code, 1);
  EXPECT_THAT(half.err, HasSubstr("is not empty"));
  for (const std::string& topic : {state_topic(after_), by_patient_topic(after_), status_topic(after_)}) {
    delete_topic(topic);
  }
  const Outcome done = repartition(old, young);
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(young.wait_ready(60)) << "it goes on once the state is there: " << young.get("/readyz").second;
  EXPECT_EQ(young.terminate(), 0);
  EXPECT_EQ(group_lag(after_ + "-router", input_), 0);
  EXPECT_TRUE(statuses(after_) == statuses(before_));
  EXPECT_TRUE(read_topic(alerts_topic(after_)).empty()) << "nothing is told twice";
}

TEST_F(Repartition, WhatWasWorkedOnMeanwhileIsNotTakenForWhole) {
  create_topic(input_, 1);
  DaemonProcess old(options(before_, true));
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  send(sample_feed(100, 9, 1, 11));
  ASSERT_TRUE(consumed(old));
  ASSERT_EQ(old.terminate(), 0);
  std::vector<rules::Problem> problems;
  const auto config = daemon::load_config(old.config_file(), {}, problems);
  ASSERT_TRUE(config);
  const auto nothing = [](std::int32_t, std::string_view, std::string_view) { return std::nullopt; };
  daemon::RepartitionSource source(*config);
  const auto found = source.look(false, nothing);
  ASSERT_FALSE(found) << found->text;
  const auto same = source.look_again();
  EXPECT_FALSE(same) << same->text;
  // As a supervisor might.
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  const auto running = source.look_again();
  ASSERT_TRUE(running);
  EXPECT_THAT(running->text, HasSubstr("has members"));
  send(sample_feed(20, 9, 1, 12));
  ASSERT_TRUE(consumed(old));
  ASSERT_EQ(old.terminate(), 0);
  daemon::RepartitionSource later(*config);
  ASSERT_FALSE(later.look(false, nothing));
  const auto worked = source.look_again();
  ASSERT_TRUE(worked);
  EXPECT_EQ(worked->code, 1);
  EXPECT_THAT(worked->text, HasSubstr("has worked on it meanwhile"));
}

TEST_F(Repartition, WhatIsNotProcessedIsNotLeftBehind) {
  create_topic(input_, 2);
  DaemonProcess old(options(before_, true));
  old.start();
  ASSERT_TRUE(old.wait_ready()) << old.log();
  send(keyed_feed(300, 20, 2, 7));
  ASSERT_TRUE(consumed(old));
  ASSERT_EQ(old.terminate(), 0);
  send(keyed_feed(100, 20, 2, 8));
  DaemonProcess young(options(after_, true));
  const Outcome refused = repartition(old, young);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("records that were not processed"), HasSubstr("run --drain")));
  EXPECT_EQ(drain(old).code, 0);
  // The site may leave the division to the router from then on.
  DaemonProcess routed(options(after_, false));
  const Outcome done = repartition(old, routed, "--partitions 3 --partitioner consistent");
  ASSERT_EQ(done.code, 0) << done.err;
  routed.start();
  ASSERT_TRUE(routed.wait_ready(60)) << routed.log();
  EXPECT_EQ(group_lag(after_ + "-router", input_), 0);
  EXPECT_EQ(routed.terminate(), 0);
  EXPECT_TRUE(statuses(after_) == statuses(before_));
}

TEST(Rebase, APartitionWhoseTopicWasMadeAnewGoesOnOnceItIsAccepted) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("rebase");
  create_topic(input, 1);
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = prefix;
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  TestProducer producer;
  const auto send = [&](std::size_t records, std::uint32_t seed) {
    for (const Record& record : sample_feed(records, 5, 1, seed)) producer.send(input, record);
    producer.flush();
  };
  send(50, 3);
  ASSERT_TRUE(wait_until_consumed(prefix, input, 30));
  const std::string rebase = "state rebase -c " + daemon.config_file() + " --partition 0";
  const Outcome alive = run_program(rebase + " --yes");
  EXPECT_EQ(alive.code, 1);
  EXPECT_THAT(alive.err, HasSubstr("has members"));
  EXPECT_EQ(daemon.terminate(), 0);
  const Outcome sound = run_program(rebase + " --yes");
  EXPECT_EQ(sound.code, 0) << sound.err;
  EXPECT_THAT(sound.out, HasSubstr("nothing is wrong"));

  delete_topic(input);
  create_topic(input, 1);
  send(80, 4);
  daemon.start();
  EXPECT_TRUE(daemon.wait_for("/readyz", "coagwatch state rebase accepts it")) << daemon.get("/readyz").second;
  EXPECT_EQ(daemon.terminate(), 0);
  const Outcome asked = run_program(rebase);
  EXPECT_EQ(asked.code, 1);
  EXPECT_THAT(asked.out, AllOf(HasSubstr("made anew"), HasSubstr("with --yes it goes on with offset 0")));
  EXPECT_EQ(run_program(rebase + " --yes --offset 81").code, 1);
  const Outcome accepted = run_program(rebase + " --yes");
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_THAT(accepted.out, HasSubstr("accepted: it goes on with offset 0"));

  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.get("/readyz").second << daemon.log();
  ASSERT_TRUE(wait_until_consumed(prefix, input, 30));
  EXPECT_EQ(daemon.terminate(), 0);
  const Outcome verified = run_program("state verify -c " + daemon.config_file());
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("input offset 79"));
}

TEST(Rebase, APartitionWhoseCommandsWereLostGoesOnOnceThatIsAccepted) {
  const std::string input = unique_name("input");
  const std::string prefix = unique_name("rebase");
  create_topic(input, 1);
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = prefix;
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  TestProducer producer;
  for (const Record& record : sample_feed(50, 5, 1, 3)) producer.send(input, record);
  producer.flush();
  ASSERT_TRUE(wait_until_consumed(prefix, input, 30));
  const auto forget = [&](const std::string& patient) {
    return run_program("forget --patient " + patient + " -c " + daemon.config_file()).code == 0;
  };
  const auto applied = [&](const std::string& offset) {
    for (int i = 0; i < 60; ++i) {
      if (run_program("state dump -c " + daemon.config_file()).out.find("\"command-offset\":" + offset + ",") !=
          std::string::npos) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
    return false;
  };
  for (const char* patient : {"Patient/8", "Patient/9", "Patient/10"}) ASSERT_TRUE(forget(patient));
  EXPECT_TRUE(applied("2"));
  EXPECT_EQ(daemon.terminate(), 0);

  delete_topic(commands_topic(prefix));
  daemon.start();
  EXPECT_TRUE(daemon.wait_for("/readyz", "the topic of commands was deleted and made anew"))
      << daemon.get("/readyz").second;
  ASSERT_TRUE(forget("Patient/11"));
  EXPECT_EQ(daemon.terminate(), 0);
  const std::string rebase = "state rebase -c " + daemon.config_file() + " --partition 0";
  const Outcome asked = run_program(rebase);
  EXPECT_EQ(asked.code, 1);
  EXPECT_THAT(asked.out, HasSubstr("the topic of commands was deleted and made anew"));
  const Outcome accepted = run_program(rebase + " --yes");
  EXPECT_EQ(accepted.code, 0) << accepted.err;

  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.get("/readyz").second << daemon.log();
  EXPECT_TRUE(applied("0")) << "what was said in the new topic is not passed over";
  EXPECT_EQ(daemon.terminate(), 0);
}

}  // namespace
}  // namespace coagwatch::test
