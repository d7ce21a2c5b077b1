// What is routed and scored in many partitions is what one fold of the whole input says, patient by patient.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <random>

#include "daemon/fold/routed_record.h"
#include "daemon/routing/router_fixture.h"

namespace coagwatch::daemon {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A source record.
struct Source {
  std::optional<std::string> key;
  std::optional<std::string> value;
};

/// What folds say in the end.
struct Outcome {
  std::map<std::string, std::vector<std::string>> alerts;             ///< by patient, in order
  std::map<std::string, std::optional<std::string>> statuses;         ///< by patient
  std::multiset<std::string> dead_letters;                            ///< value, reason, entry, source, key
  std::map<std::pair<fhir::Disposition, fhir::Reason>, int> results;  ///< but for deletions

  void add(const RecordingSink& sink) {
    for (const Published& alert : sink.alerts) alerts[*alert.key].push_back(*alert.value);
    for (const auto& [patient, status] : sink.statuses) statuses[patient] = status.value;
    for (const Published& dead : sink.dead_letters) add_dead(dead);
    for (const auto& item : sink.items) ++results[item];
  }
  void add_dead(const Published& dead) {
    dead_letters.insert(dead.value.value_or("none") + "|" + dead.header("coagwatch-reason") + "|" +
                        dead.header("coagwatch-entry") + "|" + dead.header("coagwatch-source") + "|" +
                        dead.key.value_or("none"));
  }
};

FoldSettings settings_of(bool routed) {
  FoldSettings settings = test_fold_settings();
  settings.time_source = FoldSettings::TimeSource::event;
  settings.routed = routed;
  return settings;
}

Outcome fold_whole(const std::vector<Source>& feed) {
  PartitionFold fold(settings_of(false));
  RecordingSink sink;
  for (std::size_t i = 0; i < feed.size(); ++i) {
    InputRecord record;
    record.offset = static_cast<std::int64_t>(i);
    record.key = feed[i].key;
    record.value = feed[i].value;
    fold.apply(record, sink);
    fold.flush(sink);
    fold.commit();
  }
  Outcome outcome;
  outcome.add(sink);
  return outcome;
}

Outcome fold_routed(const std::vector<Source>& feed, std::int32_t partitions) {
  Router router(settings_of(false), partitions);
  RecordingRouterSink routed;
  for (std::size_t i = 0; i < feed.size(); ++i) {
    const std::string source = "in/0/" + std::to_string(i);
    InputRecord record;
    record.offset = static_cast<std::int64_t>(i);
    record.key = feed[i].key;
    record.value = feed[i].value;
    record.source = source;
    router.route(record, routed);
  }
  std::map<std::int32_t, std::unique_ptr<PartitionFold>> folds;
  std::map<std::int32_t, RecordingSink> sinks;
  std::map<std::int32_t, std::int64_t> offsets;
  for (const Routed& each : routed.parts) {
    std::unique_ptr<PartitionFold>& fold = folds[each.partition];
    if (!fold) fold = std::make_unique<PartitionFold>(settings_of(true));
    const WrittenHeaders headers(each.record);
    InputRecord record;
    record.partition = each.partition;
    record.offset = offsets[each.partition]++;
    record.key = each.record.key;
    record.value = each.record.value;
    record.headers = &headers;
    RecordingSink& sink = sinks[each.partition];
    fold->apply(open_routed(record), sink);
    fold->flush(sink);
    fold->commit();
  }
  Outcome outcome;
  for (const auto& [partition, sink] : sinks) outcome.add(sink);
  for (const Published& dead : routed.dead_letters) outcome.add_dead(dead);
  const FoldCounters& counted = router.counters();
  for (std::size_t d = 0; d < counted.results.size(); ++d) {
    for (std::size_t r = 0; r < counted.results[d].size(); ++r) {
      const std::uint32_t n = counted.results[d][r];
      if (n > 0)
        outcome.results[{static_cast<fhir::Disposition>(d), static_cast<fhir::Reason>(r)}] += static_cast<int>(n);
    }
  }
  return outcome;
}

void expect_same(const std::vector<Source>& feed, std::int32_t partitions) {
  const Outcome whole = fold_whole(feed);
  const Outcome routed = fold_routed(feed, partitions);
  EXPECT_EQ(routed.alerts, whole.alerts);
  EXPECT_EQ(routed.statuses, whole.statuses);
  EXPECT_EQ(routed.dead_letters, whole.dead_letters);
  EXPECT_EQ(routed.results, whole.results);
}

std::vector<std::string> sample() {
  std::ifstream file(TEST_SAMPLE);
  std::vector<std::string> lines;
  for (std::string line; lines.size() < 3000 && std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// The sample in another order of patients, in Bundles of one to eight results, with garbage, corrections of others'
/// versions, and deletions by id between them.
std::vector<Source> disturbed_sample(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::vector<std::string> lines = sample();
  // Patients interleaved, each one's results in their order.
  std::map<std::string, std::vector<std::string>> by_patient;
  for (const std::string& line : lines) {
    const std::size_t at = line.find("Patient/");
    by_patient[line.substr(at, line.find('"', at) - at)].push_back(line);
  }
  std::vector<std::vector<std::string>> queues;
  for (auto& [patient, results] : by_patient) queues.emplace_back(results.rbegin(), results.rend());
  std::vector<Source> feed;
  std::vector<std::string> ids;
  while (!queues.empty()) {
    std::vector<std::string> entries;
    for (std::size_t n = random() % 8 + 1; n > 0 && !queues.empty(); --n) {
      const std::size_t i = random() % queues.size();
      std::string line = queues[i].back();
      queues[i].pop_back();
      if (queues[i].empty()) queues.erase(queues.begin() + static_cast<std::ptrdiff_t>(i));
      const std::size_t id = line.find(R"("id": ")") + 7;
      ids.push_back(line.substr(id, line.find('"', id) - id));
      if (random() % 20 == 0) line.replace(line.find(R"("status": "final")"), 17, R"("status": "mended")");
      if (random() % 30 == 0) line.replace(line.find(R"("subject")"), 9, R"("object")");
      entries.push_back(bundle_entry(line));
    }
    if (random() % 15 == 0) {
      entries.push_back(R"({"request":{"method":"DELETE","url":"Observation/)" + ids[random() % ids.size()] + R"("}})");
    }
    feed.push_back({"message " + std::to_string(feed.size()), bundle_of(entries)});
    if (random() % 25 == 0) feed.push_back({"Observation/" + ids[random() % ids.size()], std::nullopt});
    if (random() % 25 == 0) feed.push_back({std::nullopt, "garbage"});
    if (random() % 25 == 0) {
      feed.push_back({std::nullopt, R"({"resourceType":"Observation","status":"entered-in-error","id":")" +
                                        ids[random() % ids.size()] + R"("})"});
    }
  }
  return feed;
}

TEST(RoutedFold, TheSampleAsItIs) {
  std::vector<Source> feed;
  for (const std::string& line : sample()) feed.push_back({std::nullopt, line});
  expect_same(feed, 5);
}

TEST(RoutedFold, TheSampleDisturbed) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(seed);
    const std::vector<Source> feed = disturbed_sample(seed);
    const Outcome whole = fold_whole(feed);
    EXPECT_FALSE(whole.alerts.empty());
    const Outcome routed = fold_routed(feed, 4);
    EXPECT_EQ(routed.alerts, whole.alerts);
    EXPECT_EQ(routed.statuses, whole.statuses);
  }
}

}  // namespace
}  // namespace coagwatch::daemon
