// Results that a newer version gives to another patient.

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <random>

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

/// A result as a test tells it.
struct Told {
  std::string patient;
  std::string id = "p1";
  std::string identifier = "4711";  ///< of urn:lab; empty: none
  int version = 0;
  std::string value = "40";
  std::string status = "final";
};

class FoldMovedTest : public testing::Test {
 protected:
  Disposition apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = "k";
    record.value = value;
    fold_->apply(record, sink_);
    return sink_.items.back().first;
  }
  static std::string text(const Told& told) {
    ObservationJson json;
    json.set("id", "\"" + told.id + "\"").loinc("777-3").quantity(told.value, "10*9/L");
    json.set("subject", R"({"reference":"Patient/)" + told.patient + "\"}").set("status", "\"" + told.status + "\"");
    if (told.version != 0) json.set("meta", R"({"versionId":")" + std::to_string(told.version) + "\"}");
    if (!told.identifier.empty()) {
      json.set("identifier", R"([{"system":"urn:lab","value":")" + told.identifier + "\"}]");
    }
    return json.text();
  }
  static std::string entry(const Told& told, const std::string& url) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":")" + url + R"(","resource":)" +
           text(told) + "}]}";
  }
  Disposition tell(const Told& told) { return apply(text(told)); }
  void make_met(const std::string& patient) {
    apply(ObservationJson()
              .set("id", "\"f" + patient + "\"")
              .set("subject", R"({"reference":"Patient/)" + patient + "\"}")
              .loinc("30226-5")
              .quantity("60", "ug/mL")
              .text());
  }
  void commit() {
    fold_->flush(sink_);
    fold_->commit();
  }
  /// Values in force, by patient.
  std::vector<std::string> in_force() {
    commit();
    std::vector<std::string> all;
    for (const auto& [key, published] : sink_.states) {
      rules::PatientState state;
      EXPECT_FALSE(decode_state(*published.value, state));
      for (const rules::StoredResult& stored : state.results) {
        all.push_back(key.substr(8) + " " + stored.lab.value.high.to_string());
      }
    }
    return all;
  }
  void restart() {
    commit();
    fold_ = std::make_unique<PartitionFold>(settings_);
    for (const auto& [key, state] : sink_.states) EXPECT_EQ(fold_->restore(key, state.value), std::nullopt);
  }
  std::vector<std::string> alerts() const {
    std::vector<std::string> all;
    for (const Published& alert : sink_.alerts) all.push_back(*alert.key + " " + alert.header("coagwatch-alert"));
    return all;
  }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_ = std::make_unique<PartitionFold>(settings_);
  std::int64_t next_ = 0;
};

TEST_F(FoldMovedTest, ANewerVersionUnderAnotherSubjectLeavesTheFormerOne) {
  make_met("a");
  make_met("b");
  tell({.patient = "a", .version = 1});
  EXPECT_EQ(tell({.patient = "b", .version = 2}), Disposition::applied);
  EXPECT_THAT(alerts(), ElementsAre("Patient/a onset", "Patient/a retraction", "Patient/b onset"));
  EXPECT_THAT(in_force(), ElementsAre("a 60", "b 40", "b 60"));
}

TEST_F(FoldMovedTest, AnOlderVersionThatComesLateIsSuperseded) {
  tell({.patient = "b", .version = 2});
  EXPECT_EQ(tell({.patient = "a", .version = 1}), Disposition::superseded);
  EXPECT_THAT(in_force(), ElementsAre("b 40"));
}

TEST_F(FoldMovedTest, ItIsFoundInTheSameTransactionAfterACommitAndAfterARestart) {
  for (int how = 0; how < 3; ++how) {
    SCOPED_TRACE(how);
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    tell({.patient = "a", .version = 1});
    if (how == 1) commit();
    if (how == 2) restart();
    tell({.patient = "b", .version = 2});
    if (how == 1) commit();
    if (how == 2) restart();
    tell({.patient = "c", .version = 3});
    EXPECT_THAT(in_force(), ElementsAre("c 40"));
  }
}

TEST_F(FoldMovedTest, WhatAnAbortTookBackIsNotFound) {
  tell({.patient = "a", .version = 1});
  fold_->rollback();
  next_ = 0;
  EXPECT_EQ(tell({.patient = "b", .version = 1}), Disposition::applied);
  EXPECT_THAT(in_force(), ElementsAre("b 40"));
}

TEST_F(FoldMovedTest, ByItsAbsoluteUrlToo) {
  const std::string url = "https://x.example/fhir/Observation/p1";
  apply(entry({.patient = "a", .identifier = "", .version = 1}, url));
  apply(entry({.patient = "b", .identifier = "", .version = 2}, url + "/_history/2"));
  EXPECT_THAT(in_force(), ElementsAre("b 40"));
  apply(entry({.patient = "c", .identifier = "", .version = 2}, "https://y.example/fhir/Observation/p1"));
  EXPECT_THAT(in_force(), ElementsAre("b 40", "c 40")) << "the same id on another server";
}

TEST_F(FoldMovedTest, ShortIdsOfTwoPatientsAreTwoResults) {
  tell({.patient = "a", .identifier = "", .version = 1});
  tell({.patient = "b", .identifier = "", .version = 2});
  apply(entry({.patient = "c", .identifier = "", .version = 3}, "urn:uuid:1"));
  EXPECT_THAT(in_force(), ElementsAre("a 40", "b 40", "c 40"));
}

TEST_F(FoldMovedTest, ARetractionUnderAnotherSubjectReachesTheFormerOne) {
  tell({.patient = "a", .version = 1});
  tell({.patient = "b", .version = 2, .status = "entered-in-error"});
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldMovedTest, ANewVersionWithoutValueLeavesTheFormerOneToo) {
  tell({.patient = "a", .version = 1});
  EXPECT_EQ(tell({.patient = "b", .version = 2, .value = "-7"}), Disposition::dead);
  EXPECT_THAT(in_force(), IsEmpty());
}

// Also where an accession number, or a placeholder, stands in the identifiers of several results.
TEST_F(FoldMovedTest, AnotherIdIsAnotherResult) {
  tell({.patient = "a", .id = "a1", .version = 1});
  tell({.patient = "b", .id = "b1", .version = 1, .value = "45"});
  tell({.patient = "a", .id = "a1", .version = 2, .status = "entered-in-error"});
  EXPECT_THAT(in_force(), ElementsAre("b 45")) << "reissued for b, taken back from a";
}

TEST_F(FoldMovedTest, WithoutVersionsTheLastToArriveCounts) {
  tell({.patient = "a"});
  tell({.patient = "b"});
  EXPECT_THAT(in_force(), ElementsAre("b 40"));
  EXPECT_EQ(tell({.patient = "a"}), Disposition::applied);
  EXPECT_THAT(in_force(), ElementsAre("a 40"));
}

TEST_F(FoldMovedTest, ARetractionIsRememberedForOtherPatientsToo) {
  std::vector<std::string> records = {text({.patient = "a", .version = 1}), text({.patient = "b", .version = 2}),
                                      text({.patient = "b", .version = 3, .status = "entered-in-error"})};
  std::ranges::sort(records);
  do {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    for (const std::string& record : records) {
      apply(record);
      restart();
    }
    EXPECT_THAT(in_force(), IsEmpty());
  } while (std::ranges::next_permutation(records).found);
}

// The live process and one that was restored know the same.
TEST_F(FoldMovedTest, AVersionWithoutValueIsRememberedForOtherPatientsToo) {
  for (const bool restarted : {false, true}) {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    EXPECT_EQ(tell({.patient = "b", .version = 2, .value = "-7"}), Disposition::dead);
    if (restarted) restart();
    EXPECT_EQ(tell({.patient = "a", .version = 1}), Disposition::superseded) << restarted;
    EXPECT_THAT(in_force(), IsEmpty()) << restarted;
  }
}

constexpr const char* kDeletion =
    R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":"Observation/p1"}}]})";

TEST_F(FoldMovedTest, ADeletionFindsTheOneWhoHoldsItNow) {
  tell({.patient = "a", .version = 1});
  tell({.patient = "b", .version = 2});
  EXPECT_EQ(apply(kDeletion), Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldMovedTest, ADeletionReachesBothRecordsOfOnePatient) {
  tell({.patient = "a", .identifier = "", .version = 1});
  tell({.patient = "b", .id = "other", .identifier = "", .value = "45"});
  apply(R"({"resourceType":"Patient","id":"a","link":[{"other":{"reference":"Patient/b"},"type":"replaced-by"}]})");
  tell({.patient = "b", .identifier = "", .version = 2});
  EXPECT_EQ(apply(kDeletion), Disposition::retracted);
  EXPECT_THAT(in_force(), ElementsAre("b 45"));
}

TEST_F(FoldMovedTest, ARetractionWithoutSubjectFindsTheOneWhoHoldsIt) {
  const std::string gone = R"({"resourceType":"Observation","id":"p1","status":"entered-in-error"})";
  EXPECT_EQ(apply(gone), Disposition::dead) << "nobody holds it";
  EXPECT_EQ(sink_.items.back().second, fhir::Reason::no_subject);
  tell({.patient = "a", .identifier = ""});
  EXPECT_EQ(apply(gone), Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldMovedTest, WhatReplacesAnotherPatientsResultTakesItBack) {
  tell({.patient = "a", .identifier = ""});
  apply(ObservationJson()
            .set("id", "\"p2\"")
            .set("subject", R"({"reference":"Patient/b"})")
            .set("extension", R"([{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
                              R"("valueReference":{"reference":"Observation/p1"}}])")
            .quantity("150", "10*9/L")
            .text());
  EXPECT_THAT(in_force(), ElementsAre("b 150"));
}

// A move and a merge of the same two patients.
TEST_F(FoldMovedTest, MovesAndMergesInAnyOrderLeadToTheSame) {
  const auto patient = [](int version, const std::string& links) {
    return R"({"resourceType":"Patient","id":"a","meta":{"versionId":")" + std::to_string(version) + R"("},"link":[)" +
           links + "]}";
  };
  std::vector<std::string> records = {text({.patient = "a", .version = 1}), text({.patient = "b", .version = 2}),
                                      patient(1, R"({"other":{"reference":"Patient/b"},"type":"replaced-by"})"),
                                      patient(2, "")};
  std::ranges::sort(records);
  do {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    for (const std::string& record : records) apply(record);
    EXPECT_THAT(in_force(), ElementsAre("b 40"));
  } while (std::ranges::next_permutation(records).found);
}

TEST_F(FoldMovedTest, AnyOrderOfArrivalLeadsToTheSame) {
  std::vector<std::string> records = {
      text({.patient = "a", .version = 1}),
      text({.patient = "b", .version = 2, .value = "41"}),
      text({.patient = "a", .version = 3, .value = "42"}),
      text({.patient = "c", .version = 4, .value = "43"}),
      text({.patient = "a", .id = "p9", .identifier = "9", .version = 1, .value = "250"}),
  };
  std::mt19937 random(5);
  for (int i = 0; i < 120; ++i) {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    for (const std::string& record : records) {
      apply(record);
      if (random() % 3 == 0) restart();
    }
    EXPECT_THAT(in_force(), ElementsAre("a 250", "c 43")) << i;
    std::shuffle(records.begin(), records.end(), random);
  }
}

}  // namespace
}  // namespace coagwatch::daemon
