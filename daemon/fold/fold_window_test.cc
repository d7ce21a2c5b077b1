// What leaves a patient's window while a record is applied.

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;

constexpr const char* kPatient = "Patient/17";

std::string collected(const std::string& time) { return "\"" + time + "\""; }

class FoldWindowTest : public testing::Test {
 protected:
  FoldWindowTest() { settings_.time_source = FoldSettings::TimeSource::event; }

  static std::string result(const std::string& id, const std::string& loinc, const std::string& value,
                            const std::string& unit, const std::string& time) {
    return ObservationJson()
        .set("id", "\"" + id + "\"")
        .loinc(loinc)
        .quantity(value, unit)
        .set("effectiveDateTime", collected(time))
        .text();
  }
  static std::vector<std::string> panel(const std::string& id, const std::string& platelets, const std::string& fdp,
                                        const std::string& time) {
    return {result("p" + id, "777-3", platelets, "10*9/L", time), result("f" + id, "30226-5", fdp, "ug/mL", time)};
  }
  /// The last alert of all, with the results that are kept in the end.
  Published last_alert(const std::vector<std::string>& records, std::size_t kept) const {
    RecordingSink sink;
    PartitionFold fold(settings_);
    std::int64_t offset = 0;
    for (const std::string& value : records) {
      InputRecord record;
      record.offset = offset++;
      record.time = kNoon;
      record.key = kPatient;
      record.value = value;
      EXPECT_TRUE(fold.apply(record, sink));
    }
    fold.flush(sink);
    rules::PatientState state;
    EXPECT_FALSE(decode_state(sink.states.at(kPatient).value.value(), state));
    EXPECT_EQ(state.results.size(), kept);
    if (sink.alerts.empty()) throw std::logic_error("no alert");
    return sink.alerts.back();
  }

  FoldSettings settings_ = test_fold_settings();
};

// What is older leaves with the last record, whose alert shows where its values came from.
TEST_F(FoldWindowTest, AnAlertAfterALongGapShowsItsOwnResults) {
  const std::vector<std::string> results = panel("2", "40", "60", "2026-02-01T08:00:00Z");
  const std::vector<std::string> now = {R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" +
                                        results[0] + R"(},{"resource":)" + results[1] + "}]}"};
  std::vector<std::string> all = panel("1", "250", "2", "2026-01-02T08:00:00Z");
  for (int hour = 10; hour < 20; ++hour) {
    all.push_back(
        result("h" + std::to_string(hour), "777-3", "250", "10*9/L", "2026-01-02T" + std::to_string(hour) + ":00:00Z"));
  }
  all.insert(all.end(), now.begin(), now.end());
  const Published alone = last_alert(now, 2);
  const Published after_gap = last_alert(all, 2);
  EXPECT_NE(alone.value->find("Observation/p2"), std::string::npos);
  EXPECT_EQ(after_gap.value, alone.value);
}

}  // namespace
}  // namespace coagwatch::daemon
