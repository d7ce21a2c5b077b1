// The encounter and the place that alerts and statuses name.

#include <gmock/gmock.h>

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FoldVisitTest : public testing::Test {
 protected:
  void apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = "k";
    record.value = value;
    fold_.apply(record, sink_);
  }
  void result(const std::string& id, const std::string& loinc, const std::string& value, const std::string& unit,
              const std::string& encounter) {
    ObservationJson json;
    json.set("id", "\"" + id + "\"").loinc(loinc).quantity(value, unit);
    if (!encounter.empty()) json.set("encounter", R"({"reference":")" + encounter + "\"}");
    apply(json.text());
  }
  void make_sick(const std::string& encounter) {
    result("p1", "777-3", "40", "10*9/L", encounter);
    result("f1", "30226-5", "60", "ug/mL", "");
    ASSERT_EQ(sink_.alerts.size(), 1U);
  }
  void encounter(const std::string& id, const std::string& location, int version = 1,
                 const std::string& status = "in-progress") {
    apply(R"({"resourceType":"Encounter","id":")" + id + R"(","meta":{"versionId":")" + std::to_string(version) +
          R"("},"status":")" + status + R"(","subject":{"reference":"Patient/17"},)" +
          R"("period":{"start":"2026-01-01T09:00:00Z"},"location":)" + location + "}");
  }
  std::string status() {
    fold_.flush(sink_);
    fold_.commit();
    return *sink_.statuses.at("Patient/17").value;
  }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  PartitionFold fold_{settings_};
  std::int64_t next_ = 0;
};

constexpr const char* kIcu = R"([{"location":{"reference":"Location/7","display":"Ward 3"},"status":"completed"},)"
                             R"({"location":{"reference":"Location/9","display":"ICU, bed 2"},"status":"active"}])";

TEST_F(FoldVisitTest, AnAlertNamesTheEncounterAndItsPlace) {
  encounter("e1", kIcu);
  make_sick("https://x.example/fhir/Encounter/e1/_history/4");
  EXPECT_THAT(*sink_.alerts[0].value, HasSubstr(R"("encounter":{"reference":"Encounter/e1","display":"ICU, bed 2"})"));
  EXPECT_THAT(status(), AllOf(HasSubstr(R"("encounter":"Encounter/e1")"), HasSubstr(R"("location":"ICU, bed 2")")));
}

TEST_F(FoldVisitTest, NothingIsNamedThatIsNotSaid) {
  make_sick("urn:uuid:1");
  EXPECT_THAT(*sink_.alerts[0].value, Not(HasSubstr(R"("encounter")")));
  EXPECT_THAT(status(), AllOf(Not(HasSubstr(R"("encounter")")), Not(HasSubstr(R"("location")"))));
}

TEST_F(FoldVisitTest, AnEncounterOfTheBundleIsFoundByItsUrn) {
  const std::string platelets =
      ObservationJson().quantity("40", "10*9/L").set("encounter", R"({"reference":"urn:uuid:2"})").text();
  apply(R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:2","resource":)"
        R"({"resourceType":"Encounter","id":"e5","status":"in-progress"}},{"resource":)" +
        platelets + "}]}");
  EXPECT_THAT(status(), HasSubstr(R"("encounter":"Encounter/e5")"));
}

TEST_F(FoldVisitTest, AnOldVersionOfAnEncounterMovesNobody) {
  encounter("e1", kIcu, 2);
  encounter("e1", R"([{"location":{"reference":"Location/7"}}])", 1);
  make_sick("Encounter/e1");
  EXPECT_THAT(status(), HasSubstr(R"("location":"ICU, bed 2")"));
  encounter("e1", R"([{"location":{"reference":"Location/7"}}])", 3);
  result("p2", "777-3", "41", "10*9/L", "");
  EXPECT_THAT(status(), HasSubstr(R"("location":"Location/7")"));
  encounter("e1", kIcu, 4, "entered-in-error");
  result("p3", "777-3", "42", "10*9/L", "");
  EXPECT_THAT(status(), Not(HasSubstr(R"("location")")));
}

}  // namespace
}  // namespace coagwatch::daemon
