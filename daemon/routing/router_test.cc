#include "daemon/routing/router.h"

#include <gmock/gmock.h>

#include "daemon/fold/murmur2.h"
#include "daemon/fold/routed_record.h"
#include "daemon/routing/router_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::HeaderMap;
using fhir::ObservationJson;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::int32_t kPartitions = 7;

std::string result_of(const std::string& patient, const std::string& id = "a1") {
  return ObservationJson().set("id", "\"" + id + "\"").set("subject", R"({"reference":")" + patient + R"("})").text();
}

class RouterTest : public testing::Test {
 protected:
  void route(std::optional<std::string> value, std::optional<std::string> key = std::nullopt,
             const fhir::RecordHeaders* headers = nullptr) {
    sink_ = {};
    InputRecord record;
    record.partition = 3;
    record.offset = 17;
    record.time = kNoon;
    record.source = "lab/3/17";
    record.value = value;
    record.key = key;
    record.headers = headers;
    router_.route(record, sink_);
  }
  /// Keys of what was routed, in order.
  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Routed& each : sink_.parts) keys.push_back(each.record.key.value_or("none"));
    return keys;
  }
  [[nodiscard]] std::vector<std::int32_t> partitions() const {
    std::vector<std::int32_t> partitions;
    for (const Routed& each : sink_.parts) partitions.push_back(each.partition);
    return partitions;
  }
  [[nodiscard]] std::uint32_t counted(fhir::Disposition disposition, fhir::Reason reason) {
    return router_.counters().results[static_cast<std::size_t>(disposition)][static_cast<std::size_t>(reason)];
  }

  Router router_{test_fold_settings(), kPartitions};
  RecordingRouterSink sink_;
};

TEST_F(RouterTest, APatientsRecordGoesToHisPartitionByteForByte) {
  const HeaderMap headers({{"traceparent", "00-1-2-01"}, {"x", "y"}});
  route(result_of("Patient/17"), "whatever", &headers);
  ASSERT_THAT(sink_.parts, SizeIs(1));
  const Routed& routed = sink_.parts.front();
  EXPECT_EQ(routed.partition, partition_of_key("Patient/17", kPartitions));
  EXPECT_EQ(routed.record.key, "Patient/17");
  EXPECT_EQ(routed.record.value, result_of("Patient/17"));
  EXPECT_EQ(routed.record.header("traceparent"), "00-1-2-01");
  EXPECT_EQ(routed.record.header("x"), "y");
  EXPECT_EQ(routed.record.header(kRouteHeader), kRouteOfPatient);
  EXPECT_EQ(routed.record.header(kPartitionsHeader), "7");
  EXPECT_EQ(routed.record.header(kSourceHeader), "lab/3/17");
  EXPECT_EQ(routed.record.header(kSourceTimeHeader), std::to_string(kNoon.millis()));
  EXPECT_EQ(routed.record.header(kSourceKeyHeader), "whatever");
  EXPECT_THAT(sink_.dead_letters, IsEmpty());
}

TEST_F(RouterTest, WhatItWritesIsOpenedAsTheSource) {
  for (const std::optional<std::string>& key : {std::optional<std::string>("a key"), std::optional<std::string>()}) {
    route(result_of("Patient/17"), key);
    const Published& written = sink_.parts.at(0).record;
    const WrittenHeaders headers(written);
    InputRecord record;
    record.offset = 99;
    record.key = written.key;
    record.value = written.value;
    record.headers = &headers;
    const InputRecord opened = open_routed(record);
    EXPECT_EQ(opened.problem, "");
    EXPECT_EQ(opened.offset, 99);
    EXPECT_EQ(opened.time, kNoon);
    EXPECT_EQ(opened.source, "lab/3/17");
    EXPECT_EQ(opened.key, key);
    EXPECT_EQ(opened.share.patient, "Patient/17");
  }
}

TEST_F(RouterTest, TheSourcesOwnHeadersDoNotStandIn) {
  const HeaderMap headers({{"coagwatch-route", "partition"}, {"coagwatch-source-key", "x"}});
  route(result_of("Patient/17"), std::nullopt, &headers);
  const Published& written = sink_.parts.at(0).record;
  const WrittenHeaders found(written);
  EXPECT_EQ(found.find(kRouteHeader), kRouteOfPatient);
  EXPECT_EQ(found.find(kSourceKeyHeader), std::nullopt);
}

TEST_F(RouterTest, ABundleIsDividedAmongItsPatients) {
  const std::string specimen = R"({"resourceType":"Specimen","id":"s1"})";
  const std::string bundle =
      bundle_of({bundle_entry(result_of("Patient/17")), bundle_entry(specimen, "urn:uuid:s"),
                 bundle_entry(result_of("Patient/18", "a2")), bundle_entry(result_of("Patient/17", "a3"))});
  route(bundle);
  ASSERT_THAT(keys(), ElementsAre("Patient/17", "Patient/18"));
  const std::string first = *sink_.parts[0].record.value;
  EXPECT_EQ(first, bundle_of({bundle_entry(result_of("Patient/17")), bundle_entry(specimen, "urn:uuid:s"),
                              bundle_entry("{}"), bundle_entry(result_of("Patient/17", "a3"))}));
  EXPECT_EQ(*sink_.parts[1].record.value, bundle_of({bundle_entry("{}"), bundle_entry(specimen, "urn:uuid:s"),
                                                     bundle_entry(result_of("Patient/18", "a2")), bundle_entry("{}")}));
  EXPECT_EQ(partitions(),
            (std::vector{partition_of_key("Patient/17", kPartitions), partition_of_key("Patient/18", kPartitions)}));
}

TEST_F(RouterTest, WhereTwoPatientsHaveOneResourceBothSeeIt) {
  const std::string bundle = bundle_of({bundle_entry(result_of("Patient/17")), bundle_entry(result_of("Patient/18"))});
  route(bundle);
  ASSERT_THAT(keys(), ElementsAre("Patient/17", "Patient/18"));
  EXPECT_EQ(*sink_.parts[0].record.value, bundle);
  EXPECT_EQ(*sink_.parts[1].record.value, bundle);
}

TEST_F(RouterTest, ABundleOfVeryManyPatientsIsNotMultiplied) {
  std::vector<std::string> entries;
  for (int i = 0; i < 3000; ++i) {
    const std::string n = std::to_string(i);
    entries.push_back(bundle_entry(result_of("Patient/" + n, "a" + n), "urn:uuid:0123456789-" + n));
  }
  const std::string bundle = bundle_of(entries);
  route(bundle, "a key");
  ASSERT_THAT(sink_.parts, SizeIs(kPartitions));
  EXPECT_THAT(partitions(), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  for (const Routed& each : sink_.parts) {
    EXPECT_EQ(each.record.key, "a key");
    EXPECT_EQ(each.record.value, bundle);
    EXPECT_EQ(each.record.header(kRouteHeader), kRouteOfPartition);
  }
}

TEST_F(RouterTest, WhatNamesAResourceAloneGoesEverywhere) {
  route(std::nullopt, "Observation/a1");
  EXPECT_THAT(partitions(), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_EQ(sink_.parts.at(0).record.key, "Observation/a1");
  EXPECT_EQ(sink_.parts.at(0).record.value, std::nullopt);
  route(std::nullopt, "Condition/c1");
  EXPECT_THAT(sink_.parts, SizeIs(kPartitions));
  route(ObservationJson().remove("subject").set("status", R"("entered-in-error")").text());
  EXPECT_THAT(sink_.parts, SizeIs(kPartitions));
  route(
      bundle_of({bundle_entry(result_of("Patient/17")), R"({"request":{"method":"DELETE","url":"Observation/a9"}})"}));
  EXPECT_THAT(sink_.parts, SizeIs(kPartitions));
  EXPECT_THAT(sink_.dead_letters, IsEmpty());
}

TEST_F(RouterTest, WhatIsNobodysEndsHere) {
  route("{", "k");
  EXPECT_THAT(sink_.parts, IsEmpty());
  ASSERT_THAT(sink_.dead_letters, SizeIs(1));
  const Published& dead = sink_.dead_letters.front();
  EXPECT_EQ(dead.key, "k");
  EXPECT_EQ(dead.value, "{");
  EXPECT_EQ(dead.header("coagwatch-reason"), "malformed-json");
  EXPECT_EQ(dead.header("coagwatch-source"), "lab/3/17");
  EXPECT_EQ(dead.header("coagwatch-source-topic"), "lab");
  EXPECT_EQ(dead.header("coagwatch-source-partition"), "3");
  EXPECT_EQ(dead.header("coagwatch-source-offset"), "17");
  EXPECT_EQ(counted(fhir::Disposition::dead, fhir::Reason::malformed_json), 1U);

  route(ObservationJson().remove("subject").text());
  EXPECT_THAT(sink_.parts, IsEmpty());
  EXPECT_THAT(sink_.dead_letters, SizeIs(1));
  route(R"({"resourceType":"Organization","id":"o1"})");
  EXPECT_THAT(sink_.parts, IsEmpty());
  EXPECT_THAT(sink_.dead_letters, IsEmpty());
  EXPECT_EQ(counted(fhir::Disposition::ignored, fhir::Reason::other_resource), 1U);
}

TEST_F(RouterTest, WhatIsBadAndSomebodysGoesToHim) {
  route(ObservationJson().quantity(R"("many")", "10*9/L").text());
  EXPECT_THAT(keys(), ElementsAre("Patient/17"));
  EXPECT_THAT(sink_.dead_letters, IsEmpty());
}

TEST_F(RouterTest, ABadEntryOfNobodyIsDeadByItself) {
  const std::string lost = ObservationJson().set("id", R"("a5")").remove("subject").text();
  route(bundle_of({bundle_entry(lost), bundle_entry(result_of("Patient/17"))}));
  EXPECT_THAT(keys(), ElementsAre("Patient/17"));
  ASSERT_THAT(sink_.dead_letters, SizeIs(1));
  EXPECT_EQ(sink_.dead_letters.front().value, lost);
  EXPECT_EQ(sink_.dead_letters.front().header("coagwatch-entry"), "0");
}

TEST(RoutedRecord, WithoutTheRoutersHeadersIsRefused) {
  InputRecord record;
  record.value = "{}";
  record.key = "Patient/17";
  EXPECT_THAT(open_routed(record).problem, HasSubstr("router stage"));
  const std::map<std::string, std::string, std::less<>> whole = {{"coagwatch-route", "patient"},
                                                                 {"coagwatch-partitions", "4"},
                                                                 {"coagwatch-source", "in/0/1"},
                                                                 {"coagwatch-source-timestamp", "5"}};
  HeaderMap good(whole);
  record.headers = &good;
  EXPECT_EQ(open_routed(record).problem, "");
  const std::pair<const char*, const char*> wrong[] = {{"coagwatch-route", "all"},
                                                       {"coagwatch-partitions", "0"},
                                                       {"coagwatch-partitions", "4x"},
                                                       {"coagwatch-source", "in/0"},
                                                       {"coagwatch-source-timestamp", ""}};
  for (const auto& [name, value] : wrong) {
    HeaderMap headers(whole);
    headers.set(name, value);
    record.headers = &headers;
    EXPECT_NE(open_routed(record).problem, "") << name << ": " << value;
  }
  record.headers = &good;
  record.key.reset();
  EXPECT_NE(open_routed(record).problem, "") << "a part of nobody";
}

}  // namespace
}  // namespace coagwatch::daemon
