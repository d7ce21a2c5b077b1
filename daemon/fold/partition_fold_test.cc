#include "daemon/fold/partition_fold.h"

#include <gmock/gmock.h>

#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::Disposition;
using fhir::ObservationJson;
using fhir::Reason;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kPatient = "Patient/17";

ObservationJson platelets(const std::string& value) { return ObservationJson().quantity(value, "10*9/L"); }

ObservationJson fdp(const std::string& value) {
  return ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity(value, "ug/mL");
}

class PartitionFoldTest : public testing::Test {
 protected:
  PartitionFold& fold() {
    if (!fold_) fold_ = std::make_unique<PartitionFold>(settings_);
    return *fold_;
  }
  bool apply_at(std::int64_t offset, std::optional<std::string_view> value,
                std::optional<std::string_view> key = kPatient) {
    InputRecord record;
    record.partition = 3;
    record.offset = offset;
    record.time = time_;
    record.key = key;
    record.value = value;
    const fhir::HeaderMap headers({{"traceparent", traceparent_}});
    record.headers = &headers;
    return fold().apply(record, sink_);
  }
  bool apply(std::optional<std::string_view> value) { return apply_at(next_++, value); }
  void apply(const ObservationJson& value) { apply(std::string_view(value.text())); }
  void commit() {
    fold().flush(sink_);
    fold().commit();
  }
  /// A patient who meets isth-2001 and jaam.
  void make_sick() {
    apply(platelets("40"));
    apply(fdp("60"));
    ASSERT_EQ(sink_.alerts.size(), 1U);
    ASSERT_EQ(sink_.alerts[0].header("coagwatch-alert"), "onset");
  }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_;
  std::int64_t next_ = 0;
  rules::Timestamp time_ = kNoon;
  std::string traceparent_;
};

TEST_F(PartitionFoldTest, AnAlertNamesItsCause) {
  traceparent_ = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  make_sick();
  const Published& alert = sink_.alerts[0];
  EXPECT_EQ(alert.key, kPatient);
  EXPECT_THAT(*alert.value, HasSubstr(R"("resourceType":"Bundle")"));
  EXPECT_THAT(alert.headers,
              testing::ElementsAre(Pair("coagwatch-version", "9.9.9"), Pair("coagwatch-source", "in/3/1"),
                                   Pair("traceparent", traceparent_),
                                   Pair("content-type", "application/fhir+json; fhirVersion=4.0"),
                                   Pair("coagwatch-alert", "onset"), Pair("coagwatch-criterion", "isth-2001,jaam"),
                                   Pair("coagwatch-priority", "interruptive"),
                                   Pair("coagwatch-group", "Patient/17|2026-01-02T08:00:00Z|1")));
  EXPECT_TRUE(sink_.dead_letters.empty());
}

TEST_F(PartitionFoldTest, StateAndStatusComeWithTheFlush) {
  make_sick();
  EXPECT_TRUE(sink_.states.empty());
  EXPECT_TRUE(sink_.statuses.empty());
  EXPECT_EQ(fold().touched(), 1U);
  commit();
  EXPECT_EQ(fold().touched(), 0U);
  EXPECT_EQ(fold().patients().size(), 1U);
  ASSERT_TRUE(sink_.statuses.contains(kPatient));
  EXPECT_THAT(*sink_.statuses.at(kPatient).value, HasSubstr("Observation/b1"));
  EXPECT_EQ(sink_.statuses.at(kPatient).header("content-type"), "application/json");
  rules::PatientState state;
  EXPECT_EQ(decode_state(*sink_.states.at(kPatient).value, state), std::nullopt);
  EXPECT_EQ(state.results.size(), 2U);
}

TEST_F(PartitionFoldTest, ThePartitionRecordFollowsTheInput) {
  apply_at(7, platelets("40").text());
  time_ = kNoon - rules::Duration::hours(1);
  apply_at(9, "not JSON");
  EXPECT_EQ(fold().record().last_offset, 9);
  EXPECT_EQ(fold().record().time, kNoon) << "the greatest timestamp, not the last";
}

TEST_F(PartitionFoldTest, AnOffsetIsAppliedOnce) {
  const std::string first = platelets("40").text();
  EXPECT_TRUE(apply_at(5, first));
  EXPECT_FALSE(apply_at(5, fdp("60").text()));
  EXPECT_FALSE(apply_at(4, "not JSON"));
  EXPECT_TRUE(sink_.dead_letters.empty());
  EXPECT_EQ(sink_.items.size(), 1U);
  EXPECT_EQ(fold().counters().records, 1U);
  EXPECT_EQ(fold().counters().replayed, 2U);
  EXPECT_TRUE(apply_at(6, fdp("60").text()));
  EXPECT_EQ(sink_.alerts.size(), 1U);
}

TEST_F(PartitionFoldTest, ADeadLetterIsTheRecordAndItsReason) {
  const std::string bad = "{\"resourceType\":\"Observation\",\n\xff";
  apply_at(11, bad, "any key");
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  const Published& dead = sink_.dead_letters[0];
  EXPECT_EQ(dead.key, "any key");
  EXPECT_EQ(dead.value, bad);
  EXPECT_THAT(dead.headers,
              testing::ElementsAre(Pair("coagwatch-version", "9.9.9"), Pair("coagwatch-source", "in/3/11"),
                                   Pair("coagwatch-reason", "invalid-utf8"), Pair("coagwatch-text", testing::_),
                                   Pair("coagwatch-entry", "0"), Pair("coagwatch-source-topic", "in"),
                                   Pair("coagwatch-source-partition", "3"), Pair("coagwatch-source-offset", "11"),
                                   Pair("coagwatch-source-timestamp", "1767355200000")));
}

TEST_F(PartitionFoldTest, WithoutAKeyTheDeadLetterHasNone) {
  apply_at(0, "not JSON", std::nullopt);
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].key, std::nullopt);
}

TEST_F(PartitionFoldTest, ATombstoneIsIgnoredAndAnEmptyValueIsDead) {
  apply(std::nullopt);
  EXPECT_TRUE(sink_.dead_letters.empty());
  apply("");
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].value, "");
  EXPECT_THAT(sink_.items, testing::ElementsAre(Pair(Disposition::ignored, Reason::other_resource),
                                                Pair(Disposition::dead, Reason::malformed_json)));
}

TEST_F(PartitionFoldTest, ABadEntryOfABundleIsDeadLetteredAlone) {
  const std::string good = fhir::ObservationJson().set("id", R"("a")").text();
  const std::string bad = fhir::ObservationJson().set("id", R"("b")").remove("subject").text();
  apply(R"({"resourceType":"Bundle","entry":[{"resource":)" + good + R"(},{"resource":)" + bad + R"(},{"resource":)" +
        fhir::ObservationJson().set("id", R"("c")").quantity("41", "10*9/L").text() + "}]}");
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].value, bad);
  EXPECT_EQ(sink_.dead_letters[0].header("coagwatch-entry"), "1");
  EXPECT_THAT(sink_.items, testing::ElementsAre(Pair(Disposition::applied, Reason::none),
                                                Pair(Disposition::dead, Reason::no_subject),
                                                Pair(Disposition::applied, Reason::none)));
}

TEST_F(PartitionFoldTest, ADeadLetterThatIsTooLongIsCutAndSaysSo) {
  settings_.dead_letter_bytes = 100;
  apply_at(0, std::string(90, 'x'), "0123456789");
  apply_at(1, std::string(91, 'x'), "0123456789");
  ASSERT_EQ(sink_.dead_letters.size(), 2U);
  EXPECT_EQ(sink_.dead_letters[0].value, std::string(90, 'x')) << "key and value fill the limit";
  EXPECT_EQ(sink_.dead_letters[0].header("coagwatch-truncated"), "");
  const Published& cut = sink_.dead_letters[1];
  EXPECT_EQ(cut.key, "0123456789");
  EXPECT_EQ(cut.value, std::string(90, 'x'));
  EXPECT_EQ(cut.header("coagwatch-truncated"), "true");
  EXPECT_EQ(cut.header("coagwatch-length"), "91");
  // By sha256sum.
  EXPECT_EQ(cut.header("coagwatch-sha256"), "87b88e4e14bba7c4429183a1b7e80dbd146a5ca0278c3b7da0403e941f60373b");
}

TEST_F(PartitionFoldTest, ALongKeyLeavesRoomForTheValue) {
  settings_.dead_letter_bytes = 100;
  apply_at(0, std::string(40, 'v'), std::string(50, 'k'));
  apply_at(1, std::string(40, 'v'), std::string(51, 'k'));
  ASSERT_EQ(sink_.dead_letters.size(), 2U);
  EXPECT_EQ(sink_.dead_letters[0].key, std::string(50, 'k'));
  EXPECT_EQ(sink_.dead_letters[0].header("coagwatch-truncated"), "");
  EXPECT_EQ(sink_.dead_letters[1].key, std::string(50, 'k'));
  EXPECT_EQ(sink_.dead_letters[1].value, std::string(40, 'v'));
  EXPECT_EQ(sink_.dead_letters[1].header("coagwatch-truncated"), "true");
}

TEST_F(PartitionFoldTest, ATraceparentOfNoReasonableLengthIsNotPassedOn) {
  traceparent_ = std::string(257, 'x');
  apply("not JSON");
  traceparent_ = std::string(256, 'x');
  apply("not JSON");
  ASSERT_EQ(sink_.dead_letters.size(), 2U);
  EXPECT_EQ(sink_.dead_letters[0].header("traceparent"), "");
  EXPECT_EQ(sink_.dead_letters[1].header("traceparent"), traceparent_);
}

TEST_F(PartitionFoldTest, ACorrectionThatIsDeadTakesTheOldValueAway) {
  make_sick();
  apply(fdp("60").set("status", R"("corrected")").quantity("6", "furlong"));
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].header("coagwatch-reason"), "unknown-unit");
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-alert"), "retraction");
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-priority"), "task");
  EXPECT_EQ(sink_.items.back(), std::pair(Disposition::dead, Reason::unknown_unit));
}

TEST_F(PartitionFoldTest, ACorrectionWithoutValueTakesTheOldValueAway) {
  make_sick();
  apply(fdp("60").set("status", R"("corrected")").remove("valueQuantity"));
  EXPECT_TRUE(sink_.dead_letters.empty()) << "what has no value is ignored";
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-alert"), "retraction");
}

TEST_F(PartitionFoldTest, AWithdrawnValueDoesNotComeBackWithAnOlderVersion) {
  const auto version = [](const char* number, ObservationJson observation) {
    return observation.set("meta", R"({"versionId":")" + std::string(number) + R"("})");
  };
  apply(platelets("40"));
  apply(version("1", fdp("60")));
  ASSERT_EQ(sink_.alerts.size(), 1U);
  apply(version("2", fdp("60").set("status", R"("corrected")").remove("valueQuantity")));
  ASSERT_EQ(sink_.alerts.size(), 2U);
  apply(version("1", fdp("60")));
  EXPECT_EQ(sink_.items.back().first, Disposition::superseded);
  EXPECT_EQ(sink_.alerts.size(), 2U);
  apply(version("3", fdp("60")));
  EXPECT_EQ(sink_.items.back().first, Disposition::applied);
  EXPECT_EQ(sink_.alerts.size(), 3U);
}

TEST_F(PartitionFoldTest, ADeadNewerVersionThatCameFirstKeepsTheOlderOneAway) {
  apply(platelets("40").set("meta", R"({"versionId":"4"})").quantity("6", "furlong"));
  apply(platelets("40").set("meta", R"({"versionId":"3"})"));
  EXPECT_EQ(sink_.items.back().first, Disposition::superseded);
}

TEST_F(PartitionFoldTest, EnteredInErrorRetractsAndIsRemembered) {
  make_sick();
  apply(fdp("60").set("status", R"("entered-in-error")"));
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-alert"), "retraction");
  EXPECT_THAT(*sink_.alerts[1].value, HasSubstr(R"("status":"entered-in-error")"));
  apply(fdp("60"));
  EXPECT_EQ(sink_.items.back().first, Disposition::superseded);
  EXPECT_EQ(sink_.alerts.size(), 2U);
}

TEST_F(PartitionFoldTest, AfterTheLastResultWentNothingIsLeftToAssess) {
  apply(platelets("40"));
  EXPECT_EQ(sink_.assessments, 1U);
  apply(platelets("40").set("status", R"("cancelled")"));
  EXPECT_EQ(sink_.items.back().first, Disposition::retracted);
  EXPECT_EQ(sink_.assessments, 1U);
}

TEST_F(PartitionFoldTest, ADeadLetterOfAStrangerLeavesNoPatientBehind) {
  apply(platelets("40").quantity("6", "furlong"));
  EXPECT_EQ(sink_.dead_letters.size(), 1U);
  commit();
  EXPECT_TRUE(sink_.states.empty());
  EXPECT_EQ(fold().patients().size(), 0U);
  EXPECT_EQ(fold().patients().bytes(), 0U);
}

TEST_F(PartitionFoldTest, InRecordTimeProcessingIsTheRecord) {
  settings_.time_source = FoldSettings::TimeSource::record;
  make_sick();
  EXPECT_THAT(*sink_.alerts[0].value, HasSubstr(R"("issued":"2026-01-02T12:00:00)"));
}

TEST_F(PartitionFoldTest, InEventTimeProcessingIsThePatientsClock) {
  settings_.time_source = FoldSettings::TimeSource::event;
  apply(platelets("40"));
  apply(fdp("60").set("issued", R"("2026-01-02T09:30:00Z")"));
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_THAT(*sink_.alerts[0].value, HasSubstr(R"("issued":"2026-01-02T09:30:00)"));
  EXPECT_THAT(*sink_.alerts[0].value, testing::Not(HasSubstr("2026-01-02T12:00:00")));
}

TEST_F(PartitionFoldTest, ACollectionTimeAfterItsRecordIsDeadInRecordTimeOnly) {
  const std::string ahead = platelets("40").set("effectiveDateTime", R"("2026-01-02T13:00:00Z")").text();
  const std::string too_far = platelets("40").set("effectiveDateTime", R"("2026-01-02T13:00:01Z")").text();
  apply(ahead);
  EXPECT_TRUE(sink_.dead_letters.empty()) << "an hour is a clock that runs ahead";
  apply(too_far);
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].header("coagwatch-reason"), "invalid-time");

  settings_.time_source = FoldSettings::TimeSource::event;
  PartitionFold other(settings_);
  RecordingSink sink;
  InputRecord record;
  record.time = kNoon;
  record.value = too_far;
  other.apply(record, sink);
  EXPECT_TRUE(sink.dead_letters.empty());
}

TEST_F(PartitionFoldTest, CountersSayWhatHappened) {
  make_sick();
  apply("not JSON");
  apply(ObservationJson().set("id", R"("z")").loinc("1-8"));
  const FoldCounters& counters = fold().counters();
  EXPECT_EQ(counters.records, 4U);
  EXPECT_EQ(counters.assessments, 2U);
  const auto count = [&](Disposition disposition, Reason reason) {
    return counters.results[static_cast<std::size_t>(disposition)][static_cast<std::size_t>(reason)];
  };
  EXPECT_EQ(count(Disposition::applied, Reason::none), 2U);
  EXPECT_EQ(count(Disposition::dead, Reason::malformed_json), 1U);
  EXPECT_EQ(count(Disposition::ignored, Reason::unmapped_code), 1U);
  ASSERT_EQ(counters.unmapped.sorted().size(), 1U);
  EXPECT_EQ(counters.unmapped.sorted().front()->code, "http://loinc.org|1-8");
  ASSERT_EQ(counters.alerts.size(), 2U) << "one record may tell of several criteria";
  EXPECT_EQ(counters.alerts[0].second, rules::AlertKind::onset);
}

TEST_F(PartitionFoldTest, TimesReadInTheSitesZoneAreCountedAndKeepTheirMarks) {
  settings_.time_zone = fhir::TimeZone::named("Asia/Tokyo").value();
  apply(platelets("40").set("effectiveDateTime", R"("2026-01-02T17:00:00")"));
  apply(fdp("60").set("effectiveDateTime", R"("2026-01-02")"));
  apply(fdp("60").remove("effectiveDateTime").set("issued", R"("2026-01-02T17:00:00")").set("id", R"("c")"));
  EXPECT_THAT(fold().counters().assumed_times, testing::ElementsAre(2, 1, 1));
  commit();
  rules::PatientState state;
  ASSERT_EQ(decode_state(*sink_.states.at(kPatient).value, state), std::nullopt);
  std::vector<std::pair<std::string, int>> times;
  for (const auto& each : state.results) times.emplace_back(fhir::format_instant(each.lab.at), each.lab.flags);
  EXPECT_THAT(times, testing::UnorderedElementsAre(
                         Pair("2026-01-02T08:00:00Z", rules::kFlagZoneAssumed),
                         Pair("2026-01-01T15:00:00Z", rules::kFlagDateOnly),
                         Pair("2026-01-02T08:00:00Z", rules::kFlagZoneAssumed | rules::kFlagTimeFromIssued)));
  fold().counters().clear();
  EXPECT_THAT(fold().counters().assumed_times, testing::ElementsAre(0, 0, 0));
}

TEST_F(PartitionFoldTest, ABadChangelogIsRefused) {
  EXPECT_NE(fold().restore(kPatient, "\x09garbage"), std::nullopt);
  EXPECT_NE(fold().restore(kPartitionRecordKey, "\x01"), std::nullopt);
  EXPECT_NE(fold().restore(kPartitionRecordKey, std::nullopt), std::nullopt) << "nobody deletes that";
}

}  // namespace
}  // namespace coagwatch::daemon
