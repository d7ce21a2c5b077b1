// Records whose resources come in envelopes, through the fold: what is deleted, and what a dead letter holds.

#include <gmock/gmock.h>

#include "daemon/fold/fold_fixture.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::as_json_text;
using fhir::Disposition;
using fhir::ObservationJson;
using fhir::Reason;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class FoldEnvelopesTest : public testing::Test {
 protected:
  void apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = "Patient/17";
    record.value = value;
    sink_.items.clear();
    fold_.apply(record, sink_);
  }
  [[nodiscard]] std::vector<std::string> alerts() const {
    std::vector<std::string> kinds;
    for (const Published& alert : sink_.alerts) kinds.push_back(alert.header("coagwatch-alert"));
    return kinds;
  }
  static ObservationJson platelets(const std::string& version) {
    return ObservationJson().quantity("40", "10*9/L").set("meta", R"({"versionId":")" + version + R"("})");
  }
  static ObservationJson fdp() {
    return ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity("60", "ug/mL");
  }
  static std::string hapi(const std::string& operation, const std::string& version, const ObservationJson& resource) {
    return R"({"headers":{},"payload":{"operationType":")" + operation + R"(","payload":)" +
           as_json_text(resource.text()) + R"(,"payloadId":"Observation/a1/_history/)" + version + R"("}})";
  }
  static std::string debezium(const std::string& op, const std::string& before, const std::string& after) {
    return R"({"payload":{"before":)" + before + R"(,"after":)" + after + R"(,"op":")" + op + R"("}})";
  }

  FoldSettings settings_ = [] {
    FoldSettings settings = test_fold_settings();
    settings.envelopes = {"/fhir"};
    return settings;
  }();
  RecordingSink sink_;
  PartitionFold fold_{settings_};
  std::int64_t next_ = 0;
};

TEST_F(FoldEnvelopesTest, HapisMessagesMakeAnAlertAndTakeItBack) {
  apply(hapi("CREATE", "1", platelets("1")));
  apply(R"({"specversion":"1.0","data":)" + fdp().text() + "}");
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::applied, Reason::none)));
  ASSERT_THAT(alerts(), ElementsAre("onset"));
  // The id is that of the last version before the deletion, as HAPI has it.
  apply(hapi("DELETE", "1", platelets("1")));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::retracted, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
  apply(hapi("CREATE", "1", platelets("1")));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::superseded, Reason::none)));
  apply(hapi("UPDATE", "3", platelets("3")));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::applied, Reason::none)));
}

TEST_F(FoldEnvelopesTest, ADeletionThatCameLateDoesNotTakeANewerVersion) {
  apply(hapi("UPDATE", "3", platelets("3")));
  apply(hapi("DELETE", "1", platelets("1")));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::superseded, Reason::none)));
}

TEST_F(FoldEnvelopesTest, ADeletedRowTakesItsResultBack) {
  const std::string row = platelets("1").text();
  apply(debezium("c", "null", row));
  apply(fdp().text());
  ASSERT_THAT(alerts(), ElementsAre("onset"));
  apply(debezium("d", row, "null"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::retracted, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
  apply(debezium("d", R"({"resourceType":"Observation","id":"of-nobody"})", "null"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::ignored, Reason::other_resource)));
}

TEST_F(FoldEnvelopesTest, ADeadLetterOfAnEntryCanBePlayedAgain) {
  const std::string bad = platelets("1").set("valueQuantity", R"({"value":40,"unit":"?"})").text();
  const std::string record = R"({"fhir":)" + as_json_text("[" + fdp().text() + "," + bad + "]") + "}";
  apply(record);
  EXPECT_THAT(sink_.items,
              ElementsAre(Pair(Disposition::applied, Reason::none), Pair(Disposition::dead, Reason::unknown_unit)));
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].value, bad);
  EXPECT_EQ(sink_.dead_letters[0].header("coagwatch-entry"), "1");
  apply(*sink_.dead_letters[0].value);
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::dead, Reason::unknown_unit)));
}

TEST_F(FoldEnvelopesTest, ADeadLetterOfABrokenEnvelopeIsTheRecord) {
  const std::string record = R"({"fhir":"{\"resourceType\":"})";
  apply(record);
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::dead, Reason::malformed_json)));
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].value, record);
  EXPECT_THAT(alerts(), IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon
