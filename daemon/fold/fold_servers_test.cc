// Several FHIR servers on one topic: equal ids mean different patients and results.

#include <gmock/gmock.h>

#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::Disposition;
using fhir::ObservationJson;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kA = "https://a.example/fhir";
const std::string kB = "https://b.example/fhir";

class FoldServersTest : public testing::Test {
 protected:
  FoldServersTest() {
    settings_.intake.bases = {kA, kB};
    fold_ = std::make_unique<PartitionFold>(settings_);
  }
  Disposition apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = "k";
    record.value = value;
    fold_->apply(record, sink_);
    return sink_.items.back().first;
  }
  /// A count of Patient/1 in an entry of that server.
  Disposition tell(const std::string& base, const std::string& count) {
    ObservationJson json;
    json.set("id", R"("o1")").loinc("777-3").quantity(count, "10*9/L");
    json.set("subject", R"({"reference":"Patient/1"})");
    return apply(R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":")" + base +
                 R"(/Observation/o1","resource":)" + json.text() + "}]}");
  }
  Disposition remove(const std::string& base) {
    return apply(R"({"resourceType":"Bundle","type":"history","entry":[{"fullUrl":")" + base +
                 R"(/Observation/o1","request":{"method":"DELETE","url":"Observation/o1"}}]})");
  }
  std::vector<std::string> in_force() {
    fold_->flush(sink_);
    fold_->commit();
    std::vector<std::string> all;
    for (const auto& [key, published] : sink_.states) {
      rules::PatientState state;
      EXPECT_FALSE(decode_state(*published.value, state));
      for (const rules::StoredResult& stored : state.results) {
        all.push_back(key + " " + stored.lab.value.high.to_string());
      }
    }
    return all;
  }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_;
  std::int64_t next_ = 0;
};

TEST_F(FoldServersTest, EqualIdsAreNotOnePatientAndNotOneResult) {
  EXPECT_EQ(tell(kA, "40"), Disposition::applied);
  EXPECT_EQ(tell(kB, "140"), Disposition::applied);
  EXPECT_THAT(in_force(), ElementsAre(kA + "|Patient/1 40", kB + "|Patient/1 140"));
}

TEST_F(FoldServersTest, ADeletionTakesTheResultOfItsServer) {
  tell(kA, "40");
  tell(kB, "140");
  EXPECT_EQ(remove(kB), Disposition::retracted);
  EXPECT_THAT(in_force(), ElementsAre(kA + "|Patient/1 40"));
  EXPECT_EQ(remove(kA), Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldServersTest, ADeletionLeavesTheResultOfAnotherServer) {
  tell(kA, "40");
  EXPECT_EQ(remove(kB), Disposition::ignored);
  EXPECT_THAT(in_force(), ElementsAre(kA + "|Patient/1 40"));
}

}  // namespace
}  // namespace coagwatch::daemon
