#include "tests/broker/offline_fold.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The first place where two sequences part, so that a failure says something without printing thousands of lines.
void expect_same(const char* what, const std::vector<std::string>& committed, const std::vector<std::string>& offline) {
  EXPECT_EQ(committed.size(), offline.size()) << what;
  for (std::size_t i = 0; i < std::min(committed.size(), offline.size()); ++i) {
    if (committed[i] == offline[i]) continue;
    ADD_FAILURE() << what << " differ from record " << i << " on";
    return;
  }
}

}  // namespace

OfflineFold offline_fold(const DaemonProcess& daemon) {
  const std::string capture = std::string(TEST_STATE "/") + unique_name("capture") + ".ndjson";
  const std::string config = " -c " + daemon.config_file();
  const Outcome captured = run_program("capture " + daemon.options().input + config + " --output " + capture);
  EXPECT_EQ(captured.code, 0) << captured.err;
  OfflineFold fold;
  const Outcome alerts = run_program("replay " + capture + config + " --emit alerts");
  EXPECT_EQ(alerts.code, 0) << alerts.err;
  fold.alerts = lines_of(alerts.out);
  const Outcome dead = run_program("replay " + capture + config + " --emit dead-letters");
  EXPECT_EQ(dead.code, 0) << dead.err;
  fold.dead_letters = lines_of(dead.out);
  std::filesystem::remove(capture);
  return fold;
}

std::vector<std::string> values_of(const std::string& topic) {
  std::vector<std::string> values;
  for (Record& record : read_topic(topic)) values.push_back(record.value.value_or(""));
  return values;
}

void expect_same_as_offline(const DaemonProcess& daemon) {
  const OfflineFold offline = offline_fold(daemon);
  const std::string& prefix = daemon.options().prefix;
  EXPECT_FALSE(offline.alerts.empty()) << "a feed without alerts proves nothing";
  expect_same("alerts", values_of(alerts_topic(prefix)), offline.alerts);
  expect_same("dead letters", values_of(dead_letter_topic(prefix)), offline.dead_letters);
}

}  // namespace coagwatch::test
