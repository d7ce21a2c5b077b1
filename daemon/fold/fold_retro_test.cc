// Retro-credit (rules/episodes/retro_credit.h): what the status tells of it, and that nothing else does.

#include <gmock/gmock.h>

#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kPatient = "Patient/17";
constexpr const char* kCredited = R"("retro-since":"2026-01-01T08:00:00Z")";

class FoldRetroTest : public testing::Test {
 protected:
  FoldRetroTest() {
    rules::RuleSet jaam = *settings_.rules;
    std::erase_if(jaam.criteria, [](const rules::Criterion& each) { return each.id != "jaam"; });
    settings_.rules = std::make_shared<const rules::RuleSet>(std::move(jaam));
    fold_ = std::make_unique<PartitionFold>(settings_);
  }
  void apply(const ObservationJson& observation) {
    const std::string value = observation.text();
    InputRecord record;
    record.partition = 0;
    record.offset = next_++;
    record.time = kNoon;
    record.key = kPatient;
    record.value = value;
    ASSERT_TRUE(fold_->apply(record, sink_));
    fold_->flush(sink_);
    fold_->commit();
  }
  void measured(const char* loinc, const char* unit, const char* value, const char* at, const char* status = "final") {
    const std::string name = std::string(loinc) + "-" + std::string(at).substr(8, 2);
    apply(ObservationJson()
              .set("id", '"' + name + '"')
              .set("status", '"' + std::string(status) + '"')
              .set("effectiveDateTime", '"' + std::string(at) + '"')
              .loinc(loinc)
              .quantity(value, unit));
  }
  void platelets(const char* value, const char* at, const char* status = "final") {
    measured("777-3", "10*9/L", value, at, status);
  }
  void fdp(const char* value, const char* at) { measured("30226-5", "ug/mL", value, at); }
  const std::string& status() { return sink_.statuses.at(kPatient).value.value(); }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_;
  std::int64_t next_ = 0;
};

TEST_F(FoldRetroTest, TheStatusTellsItAndTheStateKeepsIt) {
  fdp("12", "2026-01-01T08:00:00Z");
  platelets("200", "2026-01-01T08:00:00Z");
  fdp("12", "2026-01-02T08:00:00Z");
  platelets("90", "2026-01-02T08:00:00Z");
  ASSERT_THAT(sink_.alerts, SizeIs(1));
  EXPECT_THAT(*sink_.alerts[0].value, Not(HasSubstr("retro")));
  EXPECT_THAT(status(), HasSubstr(kCredited));
  fold_ = std::make_unique<PartitionFold>(settings_);
  ASSERT_EQ(fold_->restore(kPatient, sink_.states.at(kPatient).value), std::nullopt);
  platelets("85", "2026-01-03T07:00:00Z");
  EXPECT_THAT(status(), HasSubstr(kCredited));
  EXPECT_THAT(sink_.alerts, SizeIs(1));
}

TEST_F(FoldRetroTest, ARetractedCountTakesItAway) {
  fdp("12", "2026-01-01T08:00:00Z");
  platelets("200", "2026-01-01T08:00:00Z");
  fdp("12", "2026-01-02T08:00:00Z");
  platelets("70", "2026-01-02T08:00:00Z");
  ASSERT_THAT(status(), HasSubstr(kCredited));
  platelets("200", "2026-01-01T08:00:00Z", "entered-in-error");
  EXPECT_THAT(status(), Not(HasSubstr("retro-since")));
  EXPECT_THAT(sink_.alerts, SizeIs(1));
}

TEST_F(FoldRetroTest, ALateResultBringsIt) {
  platelets("200", "2026-01-01T08:00:00Z");
  fdp("12", "2026-01-02T08:00:00Z");
  platelets("70", "2026-01-02T08:00:00Z");
  platelets("60", "2026-01-03T07:00:00Z");
  ASSERT_THAT(status(), Not(HasSubstr("retro-since")));
  fdp("12", "2026-01-01T08:00:00Z");
  EXPECT_THAT(status(), HasSubstr(kCredited));
  EXPECT_THAT(sink_.alerts, SizeIs(1));
}

TEST_F(FoldRetroTest, NothingIsToldWithoutAnEpisode) {
  platelets("200", "2026-01-01T08:00:00Z");
  platelets("90", "2026-01-02T08:00:00Z");
  EXPECT_THAT(status(), Not(HasSubstr("retro-since")));
  EXPECT_THAT(sink_.alerts, IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon
