#include "tests/broker/offline_fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/broker/published.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

/// Replays a capture; `line` gets each line. A file between, since the statuses of a long feed are too many to hold.
void replay(const std::string& capture, const std::string& config, const std::string& kinds,
            const std::function<void(const std::string&)>& line) {
  const std::string file = capture + ".replay";
  const Outcome replayed = run_program("replay " + capture + config + " --emit " + kinds, file);
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  std::ifstream in(file, std::ios::binary);
  for (std::string text; std::getline(in, text);) line(text);
  in.close();
  std::filesystem::remove(file);
}

/// Alerts say which version of the program they are by.
void drop_versions(std::string& alert) {
  constexpr std::string_view kName = "\"coagwatch ";
  for (std::size_t at = alert.find(kName); at != std::string::npos; at = alert.find(kName, at + 1)) {
    const std::size_t version = at + kName.size();
    alert.erase(version, alert.find_first_of(" \"", version) - version);
  }
}

void note(const std::string& what, const std::string& difference, std::vector<std::string>& differences) {
  if (!difference.empty()) differences.push_back(what + ": " + difference);
}

}  // namespace

OfflineFold offline_fold(const DaemonProcess& daemon, bool journaled) {
  const std::string capture = std::string(TEST_STATE "/") + unique_name("capture") + ".ndjson";
  std::string config = " -c " + daemon.config_file();
  const std::string journal = capture + ".journal";
  if (journaled) {
    const std::string topic = daemon.options().prefix + ".journal";
    EXPECT_EQ(run_program("capture " + topic + config + " --output " + journal).code, 0);
  }
  const Outcome captured = run_program("capture " + scored_topic(daemon.options()) + config + " --output " + capture);
  EXPECT_EQ(captured.code, 0) << captured.err;
  if (journaled) config += " --journal " + journal;
  OfflineFold fold;
  replay(capture, config, "alerts,status", [&fold](const std::string& line) {
    if (const auto status = status_in(line)) {
      fold.status[std::string(status->patient)] = status->value;
    } else {
      fold.alerts.push_back(line);
    }
  });
  // Alone, since they need not be JSON.
  replay(capture, config, "dead-letters", [&fold](const std::string& line) { fold.dead_letters.push_back(line); });
  std::filesystem::remove(capture);
  std::filesystem::remove(journal);
  return fold;
}

std::vector<std::string> differences_from_offline(const DaemonProcess& daemon, bool journaled) {
  OfflineFold offline = offline_fold(daemon, journaled);
  const std::string& prefix = daemon.options().prefix;
  std::vector<std::string> differences;
  if (offline.alerts.empty()) differences.emplace_back("a feed without alerts");

  std::vector<std::string> alerts;
  for (const Record& record : read_topic(alerts_topic(prefix))) alerts.push_back(alert_line(record));
  if (daemon.options().mixed_versions) {
    std::ranges::for_each(alerts, drop_versions);
    std::ranges::for_each(offline.alerts, drop_versions);
  }
  if (journaled) {
    // What the journal has behind the last record of a partition is played at the end of all.
    for (std::vector<std::string>* each : {&alerts, &offline.alerts}) {
      std::ranges::stable_sort(*each, {}, [](const std::string& line) { return patient_part(line); });
    }
  }
  note("alerts", difference(alerts, offline.alerts), differences);

  std::vector<std::string> dead_letters;
  for (const Record& record : read_topic(dead_letter_topic(prefix))) {
    if (!daemon.options().keyed && is_of_router(record)) continue;
    dead_letters.push_back(record.value.value_or(""));
  }
  note("dead letters", difference(dead_letters, offline.dead_letters), differences);

  std::map<std::string, std::string> status;
  for (const Record& record : read_topic(status_topic(prefix))) {
    status[record.key.value_or("")] = record.value.value_or("null");
  }
  note("status", difference(status, offline.status), differences);

  if (const std::int64_t lag = group_lag(prefix, scored_topic(daemon.options())); lag != 0) {
    differences.push_back("committed offsets: " + std::to_string(lag) + " records before the input's end");
  }
  return differences;
}

void expect_same_as_offline(const DaemonProcess& daemon, bool journaled) {
  for (const std::string& difference : differences_from_offline(daemon, journaled)) ADD_FAILURE() << difference;
  const Outcome verified = run_program("state verify -c " + daemon.config_file());
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

}  // namespace coagwatch::test
