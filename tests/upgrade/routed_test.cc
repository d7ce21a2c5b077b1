// A rolling upgrade where the input is not keyed by patient: the router stage and the commands of two versions. What
// one routes the other one scores, what one commands the other one does, and each takes on what the other one leaves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <random>

#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/routed_once.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"
#include "tests/upgrade/fleet.h"

namespace coagwatch::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;

constexpr const char* kTime = "2026-01-02T08:00:00Z";

DaemonProcess::Options routed() {
  DaemonProcess::Options options;
  options.keyed = false;
  return options;
}

/// A Patient resource that says that another one replaces it, or, without one, that none does.
std::string patient(const std::string& id, const std::string& replaced_by = "") {
  std::string text = R"({"resourceType":"Patient","id":")" + id + "\"";
  if (!replaced_by.empty()) {
    text += R"(,"link":[{"other":{"reference":"Patient/)" + replaced_by + R"("},"type":"replaced-by"}])";
  }
  return text + "}";
}

/// A version of a result that the laboratory knows by a name of its own, wherever it is; 0: it has no number.
std::string named_result(const std::string& name, int version, const std::string& subject, const std::string& status) {
  std::string text = observation(name, subject, "777-3", "25", "10*9/L", kTime, status);
  std::string more = R"("identifier":[{"system":"urn:lab","value":")" + name + R"("}],)";
  if (version > 0) more += R"("meta":{"versionId":")" + std::to_string(version) + R"("},)";
  return text.insert(1, more);
}

/// Results without a key in any partition, and between them some patients who are joined and divided again, and some
/// results that go from one patient to another.
std::vector<Record> routed_feed(std::size_t records) {
  constexpr int kEach = 20;  // pairs of patients, and results that go about
  constexpr std::size_t kEvery = 75;
  std::mt19937 random(11);
  std::vector<int> versions(kEach, 0);
  std::vector<Record> feed = sample_feed(records, 200, 1, 7);
  for (std::size_t i = 0; i < feed.size(); ++i) {
    Record& record = feed[i];
    record.partition = static_cast<std::int32_t>(random() % kPartitions);
    record.key.reset();
    if (i % kEvery != 0) continue;
    const int which = static_cast<int>(random() % kEach);
    // Of one partition, since what one says after the other is in order in one partition alone.
    record.partition = which % kPartitions;
    if (i % (2 * kEvery) == 0) {
      const bool joined = random() % 3 != 0;
      record.value = patient("p" + std::to_string(2 * which), joined ? "p" + std::to_string(2 * which + 1) : "");
    } else {
      const int version = ++versions[static_cast<std::size_t>(which)];
      record.value = named_result("m" + std::to_string(which), which % 2 == 0 ? version : 0,
                                  "Patient/p" + std::to_string(random() % 200), version == 1 ? "final" : "corrected");
    }
  }
  return feed;
}

class RoutedUpgrade : public RollingUpgrade {
 protected:
  RoutedUpgrade() : RollingUpgrade("router", routed()) {
    create_topic(by_patient_topic(prefix_), kPartitions, {{"max.message.bytes", "8388608"}});
  }

  /// Three patients come; one is forgotten, as that program asks for it, and one turns out to be the third.
  void while_mixed(const std::string& program) override {
    const std::string number = std::to_string(asked_++);
    const std::string gone = "gone" + number;
    const std::string former = "former" + number;
    const std::string present = "present" + number;
    TestProducer producer;
    const auto send = [&](const std::string& value) {
      Record record;
      record.partition = static_cast<std::int32_t>(asked_ % kPartitions);
      record.value = value;
      producer.send(input_, record);
      producer.flush();
    };
    send(observation(gone + "-plt", "Patient/" + gone, "777-3", "40", "10*9/L", kTime));
    send(observation(gone + "-fdp", "Patient/" + gone, "30226-5", "60", "ug/mL", kTime));
    send(observation(former + "-plt", "Patient/" + former, "777-3", "40", "10*9/L", kTime));
    send(observation(present + "-fdp", "Patient/" + present, "30226-5", "60", "ug/mL", kTime));
    ASSERT_TRUE(until(60, [&] { return statuses(number).size() == 3; })) << "they are not scored";
    send(patient(former, present));
    const Outcome forgotten = run_program("forget --patient Patient/" + gone + " -c " + one_.config_file(), "",
                                          program.empty() ? TEST_DAEMON : program);
    ASSERT_EQ(forgotten.code, 0) << forgotten.err;
    EXPECT_THAT(forgotten.out, HasSubstr("6 partitions of " + commands_topic(prefix_)));
    const auto done = [&] {
      const auto left = statuses(number);
      return left.size() == 1 && left.begin()->first == "Patient/" + present &&
             left.begin()->second.find("Observation/" + former + "-plt") != std::string::npos;
    };
    ASSERT_TRUE(until(60, done)) << "of three patients " << statuses(number).size() << " have a status";
  }
  /// The last status of the patients of one call of while_mixed() who have one.
  [[nodiscard]] std::map<std::string, std::string> statuses(const std::string& number) const {
    std::map<std::string, std::string> found;
    for_each_committed(status_topic(prefix_), [&](const Record& record) {
      const std::string key = record.key.value_or("");
      if (key != "Patient/gone" + number && key != "Patient/former" + number && key != "Patient/present" + number)
        return;
      found.erase(key);
      if (record.value) found.emplace(key, *record.value);
    });
    return found;
  }
  /// Both versions read all of what both stored, and say the same of it.
  void expect_read_by_both() const {
    for (const std::string command : {"verify", "dump"}) {
      const Outcome newer = run_program("state " + command + " -c " + one_.config_file());
      const Outcome older = run_program("state " + command + " -c " + one_.config_file(), "", older_);
      EXPECT_EQ(newer.code, 0) << newer.err;
      EXPECT_EQ(older.code, 0) << "the way back: " << older.err;
      EXPECT_TRUE(newer.out == older.out) << "state " << command << " is another one";
      EXPECT_FALSE(command == "dump" && newer.out.find("Patient/gone") != std::string::npos) << "somebody is not gone";
    }
  }

  int asked_ = 0;
};

TEST_F(RoutedUpgrade, ForwardsBackAndForwardsNothingIsLostOrDoubled) {
  for (DaemonProcess* daemon : fleet()) daemon->start();
  {
    Feeder feeder(input_, routed_feed(60'000), 100, std::chrono::milliseconds(1000));
    ASSERT_NO_FATAL_FAILURE(upgrade_and_roll_back());
    EXPECT_FALSE(feeder.done()) << "the feed ended before the upgrade did";
  }
  end();
  expect_each_routed_once({input_}, prefix_);
  expect_same_as_offline(one_, true);
  expect_read_by_both();
  (void)expect_handovers();
  const std::map<std::string, int> commands = commands_in(commands_topic(prefix_));
  for (const char* command : {"forget", "link", "adopt", "merged", "unmerged", "moved"}) {
    EXPECT_THAT(commands, Contains(Key(std::string("o ") + command)));
    EXPECT_THAT(commands, Contains(Key(std::string("n ") + command)));
  }
  for (const auto& [command, count] : commands) std::printf("%s: %d\n", command.c_str(), count);
}

}  // namespace
}  // namespace coagwatch::test
