#include "tests/broker/routed_once.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/broker/daemon_process.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

/// How often each source record, as `topic/partition/offset`, was routed.
std::map<std::string, int> routed(const std::string& prefix) {
  std::map<std::string, int> places;
  std::map<std::string, std::int64_t> last;
  std::map<std::string, std::set<std::int32_t>> partitions;
  std::size_t disordered = 0;
  for_each_committed(by_patient_topic(prefix), [&](const Record& record) {
    const std::string source = record.header("coagwatch-source");
    ++places[source];
    if (record.header("coagwatch-route") == "patient") partitions[record.key.value_or("")].insert(record.partition);
    const std::size_t slash = source.rfind('/');
    std::int64_t& before =
        last.try_emplace(std::to_string(record.partition) + source.substr(0, slash), -1).first->second;
    const std::int64_t offset = std::stoll(source.substr(slash + 1));
    if (offset <= before) ++disordered;
    before = offset;
  });
  EXPECT_EQ(disordered, 0U) << "records out of order";
  std::size_t divided = 0;
  for (const auto& [key, of_patient] : partitions) divided += of_patient.size() > 1 ? 1 : 0;
  EXPECT_EQ(divided, 0U) << "patients in several partitions, of " << partitions.size();
  return places;
}

}  // namespace

void expect_each_routed_once(const std::vector<std::string>& inputs, const std::string& prefix) {
  std::map<std::string, int> places = routed(prefix);
  for_each_committed(dead_letter_topic(prefix), [&](const Record& record) {
    const std::string reason = record.header("coagwatch-reason");
    if (reason == "malformed-json" || reason == "not-fhir" || reason == "no-subject") {
      ++places[record.header("coagwatch-source")];
    }
  });
  std::size_t sources = 0;
  std::size_t lost = 0;
  std::size_t doubled = 0;
  for (const std::string& topic : inputs) {
    for_each_committed(topic, [&](const Record& record) {
      ++sources;
      const int found = places[topic + "/" + std::to_string(record.partition) + "/" + std::to_string(record.offset)];
      lost += found == 0 ? 1 : 0;
      doubled += found > 1 ? 1 : 0;
    });
  }
  EXPECT_EQ(lost, 0U) << "of " << sources;
  EXPECT_EQ(doubled, 0U) << "of " << sources;
  EXPECT_EQ(places.size(), sources) << "some name a source that there is not";
}

}  // namespace coagwatch::test
