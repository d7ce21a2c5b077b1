// Resources with several results, their later versions, and deletions, through the fold.

#include <gmock/gmock.h>

#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::Disposition;
using fhir::ObservationJson;
using fhir::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class FoldResourcesTest : public testing::Test {
 protected:
  void apply(std::optional<std::string_view> value, std::string_view key = "Patient/17") {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = key;
    record.value = value;
    sink_.items.clear();
    fold_.apply(record, sink_);
  }
  void apply(const ObservationJson& value) { apply(std::string_view(value.text())); }
  void commit() {
    fold_.flush(sink_);
    fold_.commit();
  }
  [[nodiscard]] std::vector<std::string> alerts() const {
    std::vector<std::string> kinds;
    for (const Published& alert : sink_.alerts) kinds.push_back(alert.header("coagwatch-alert"));
    return kinds;
  }
  static ObservationJson fdp(const std::string& value) {
    return ObservationJson().set("id", R"("b1")").loinc("30226-5").quantity(value, "ug/mL");
  }
  static ObservationJson version(int number, ObservationJson observation) {
    return observation.set("meta", R"({"versionId":")" + std::to_string(number) + R"("})");
  }
  static std::string component(const std::string& loinc, const std::string& value, const std::string& unit) {
    return R"({"code":{"coding":[{"system":"http://loinc.org","code":")" + loinc + R"("}]},"valueQuantity":{"value":)" +
           value + R"(,"unit":")" + unit + R"("}})";
  }
  static ObservationJson panel(const std::string& components) {
    return ObservationJson().loinc("55284-4").remove("valueQuantity").set("component", "[" + components + "]");
  }
  static std::string bundle(const std::vector<std::string>& entries) {
    std::string text = R"({"resourceType":"Bundle","entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i) text.append(i == 0 ? "" : ",").append(entries[i]);
    return text + "]}";
  }
  static std::string entry(const ObservationJson& observation) { return R"({"resource":)" + observation.text() + "}"; }
  const std::string sick_ = component("777-3", "40", "10*9/L") + "," + component("30226-5", "60", "ug/mL");

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  PartitionFold fold_{settings_};
  std::int64_t next_ = 0;
};

TEST_F(FoldResourcesTest, APanelIsOneAlert) {
  apply(panel(sick_));
  EXPECT_THAT(sink_.items,
              ElementsAre(Pair(Disposition::applied, Reason::none), Pair(Disposition::applied, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset"));
  EXPECT_EQ(sink_.assessments, 2U);
}

TEST_F(FoldResourcesTest, AnotherVersionOfAPanelWithoutAResultTakesItAway) {
  apply(version(1, panel(sick_)));
  apply(version(2, panel(component("777-3", "40", "10*9/L"))));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::duplicate, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
}

TEST_F(FoldResourcesTest, AlsoAfterACommit) {
  apply(version(1, panel(sick_)));
  commit();
  apply(version(2, panel(component("5901-4", "12", "s"))));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::ignored, Reason::unmapped_code)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
}

TEST_F(FoldResourcesTest, APanelIsRetractedAsAWhole) {
  apply(panel(sick_));
  apply(panel(sick_).set("status", R"("entered-in-error")"));
  EXPECT_THAT(sink_.items,
              ElementsAre(Pair(Disposition::retracted, Reason::none), Pair(Disposition::retracted, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
  apply(panel(sick_));
  EXPECT_THAT(sink_.items,
              ElementsAre(Pair(Disposition::superseded, Reason::none), Pair(Disposition::superseded, Reason::none)));
}

TEST_F(FoldResourcesTest, ARetractionNeedNotRepeatTheResults) {
  apply(panel(sick_));
  apply(ObservationJson().remove("code").remove("valueQuantity").set("status", R"("entered-in-error")"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::retracted, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
}

// A version that is about something that is not read says that the value before it was not what it seemed.
TEST_F(FoldResourcesTest, ACorrectionIntoSomethingThatIsIgnoredTakesTheOldValueAway) {
  const auto corrected = [](ObservationJson observation) { return observation.set("status", R"("corrected")"); };
  const std::vector<std::pair<ObservationJson, Reason>> corrections = {
      {fdp("60").loinc("32623-1"), Reason::unmapped_code},
      {fdp("60").set("code", R"({"coding":[{"system":"http://loinc.org","code":"30226-5"},)"
                             R"({"system":"http://loinc.org","code":"777-3"}]})"),
       Reason::unmapped_code},
      {fdp("60").set("focus", R"([{"reference":"Patient/18"}])"), Reason::focus},
      {fdp("60").set("subject", R"({"reference":"Device/18"})"), Reason::other_subject},
      {fdp("60").remove("subject"), Reason::no_subject},
  };
  for (const auto& [correction, reason] : corrections) {
    PartitionFold fold(settings_);
    RecordingSink sink;
    std::int64_t offset = 0;
    const auto feed = [&](const ObservationJson& observation) {
      const std::string text = observation.text();
      InputRecord record;
      record.offset = offset++;
      record.time = kNoon;
      record.value = text;
      fold.apply(record, sink);
      fold.flush(sink);
      fold.commit();
    };
    feed(ObservationJson().quantity("40", "10*9/L"));
    feed(version(1, fdp("60")));
    ASSERT_EQ(sink.alerts.size(), 1U);
    feed(version(2, corrected(correction)));
    EXPECT_EQ(sink.items.back().second, reason);
    ASSERT_EQ(sink.alerts.size(), 2U) << reason_name(reason);
    EXPECT_EQ(sink.alerts[1].header("coagwatch-alert"), "retraction");
  }
}

TEST_F(FoldResourcesTest, WhatIsIgnoredLeavesNoPatientBehind) {
  apply(ObservationJson().loinc("32623-1"));
  commit();
  EXPECT_EQ(fold_.patients().size(), 0U);
}

TEST_F(FoldResourcesTest, AnotherFlavourOfTheSameNumbersIsACorrection) {
  settings_ = test_fold_settings();
  const auto d_dimer = [](const std::string& value, const std::string& unit) {
    return ObservationJson()
        .set("id", R"("d")")
        .loinc("30240-6")
        .quantity(value, unit)
        .set("referenceRange",
             R"([{"high":{"value":0.5,"code":")" + unit + R"(","system":"http://unitsofmeasure.org"}}])");
  };
  apply(version(1, d_dimer("1.0", "mg/L{DDU}")));
  apply(version(2, d_dimer("2.0", "mg/L{FEU}")));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::applied, Reason::none)));
}

// A panel in one Bundle is one step: no alert of what was true only between two of its entries.
TEST_F(FoldResourcesTest, ABundleIsOneStep) {
  apply(ObservationJson().set("id", R"("p1")").quantity("90", "10*9/L"));
  apply(fdp("20").set("id", R"("f1")"));
  ASSERT_TRUE(sink_.alerts.empty());
  const auto later = [](ObservationJson observation) {
    return observation.set("effectiveDateTime", R"("2026-01-02T09:00:00Z")");
  };
  apply(bundle({entry(later(ObservationJson().set("id", R"("p2")").quantity("40", "10*9/L"))),
                entry(later(fdp("1").set("id", R"("f2")")))}));
  EXPECT_EQ(sink_.items.size(), 2U);
  EXPECT_THAT(alerts(), ElementsAre()) << "JAAM is met by these platelets with the FDP of before only";
}

TEST_F(FoldResourcesTest, ABundleOfTwoPatientsIsTwoAlerts) {
  const auto of = [](const std::string& patient, ObservationJson observation) {
    return observation.set("subject", R"({"reference":"Patient/)" + patient + R"("})");
  };
  apply(bundle({entry(of("1", panel(sick_))), entry(of("2", panel(sick_)))}));
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(sink_.alerts[0].key, "Patient/1");
  EXPECT_EQ(sink_.alerts[1].key, "Patient/2");
}

TEST_F(FoldResourcesTest, AnAlertNamesAllThatTheRecordBrought) {
  apply(bundle({entry(ObservationJson().quantity("40", "10*9/L")), entry(fdp("60"))}));
  apply(bundle({entry(ObservationJson().quantity("200", "10*9/L")), entry(fdp("1"))}));
  ASSERT_THAT(alerts(), ElementsAre("onset", "retraction"));
  EXPECT_THAT(*sink_.alerts[1].value, HasSubstr("Because of Observation/a1 (now "));
  EXPECT_THAT(*sink_.alerts[1].value, HasSubstr(", Observation/b1 (now "));
}

TEST_F(FoldResourcesTest, ACorrectionUnderAnotherIdReplaces) {
  const auto replacing = [](const std::string& value) {
    return fdp(value)
        .set("id", R"("b2")")
        .set("extension", R"([{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
                          R"("valueReference":{"reference":"Observation/b1"}}])");
  };
  apply(ObservationJson().quantity("40", "10*9/L"));
  apply(fdp("60"));
  EXPECT_THAT(alerts(), ElementsAre("onset"));
  commit();
  apply(replacing("6"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::applied, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
  apply(fdp("60"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::superseded, Reason::none))) << "what was replaced came late";
}

TEST_F(FoldResourcesTest, ADeadCorrectionUnderAnotherIdReplacesToo) {
  apply(ObservationJson().quantity("40", "10*9/L"));
  apply(fdp("60"));
  apply(fdp("60")
            .set("id", R"("b2")")
            .quantity("6", "furlong")
            .set("extension", R"([{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
                              R"("valueReference":{"reference":"https://kh.de/fhir/Observation/b1/_history/1"}}])"));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
}

TEST_F(FoldResourcesTest, ABrokenComponentConcernsItsOwnResourceOnly) {
  apply(ObservationJson().quantity("40", "10*9/L"));
  apply(fdp("60"));
  ASSERT_THAT(alerts(), ElementsAre("onset"));
  commit();
  const std::string state = sink_.states.at("Patient/17").value.value_or("");
  apply(panel(R"("broken")").set("id", R"("p9")").set("subject", R"({"reference":"Patient/9"})"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::dead, Reason::not_fhir)));
  commit();
  EXPECT_EQ(sink_.states.at("Patient/17").value, state) << "the record before it is another's";
  EXPECT_THAT(alerts(), ElementsAre("onset"));

  apply(version(2, fdp("60").set("component", R"(["broken"])")));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::dead, Reason::not_fhir)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction")) << "its earlier version no longer counts";
}

TEST_F(FoldResourcesTest, WhatAnUnusedCorrectionReplacesDoesNotDependOnTransactions) {
  // It is ignored, and nobody holds what it replaces: nothing is remembered, be the patient in the open transaction or
  // not.
  const ObservationJson unmapped = fdp("6")
                                       .set("id", R"("b2")")
                                       .loinc("1-1")
                                       .set("extension", R"([{"url":"http://hl7.org/fhir/StructureDefinition/)"
                                                         R"(observation-replaces","valueReference":)"
                                                         R"({"reference":"Observation/b1"}}])");
  apply(ObservationJson().quantity("40", "10*9/L"));
  commit();
  const std::string before = sink_.states.at("Patient/17").value.value_or("");
  apply(unmapped);
  commit();
  EXPECT_EQ(sink_.states.at("Patient/17").value, before);

  PartitionFold at_once(settings_);
  RecordingSink sink;
  InputRecord record;
  record.time = kNoon;
  record.key = "Patient/17";
  for (const std::string& value : {ObservationJson().quantity("40", "10*9/L").text(), unmapped.text()}) {
    record.value = value;
    at_once.apply(record, sink);
    ++record.offset;
  }
  at_once.flush(sink);
  EXPECT_EQ(sink.states.at("Patient/17").value, before);
}

TEST_F(FoldResourcesTest, ADeletionFindsWhoHoldsTheResult) {
  apply(ObservationJson().quantity("40", "10*9/L"));
  apply(fdp("60"));
  commit();
  apply(
      R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":"Observation/b1"}}]})");
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::retracted, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
  apply(std::nullopt, "Observation/b1");
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::duplicate, Reason::none)));
  apply(fdp("60"));
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::superseded, Reason::none)));
}

TEST_F(FoldResourcesTest, ATombstoneIsADeletion) {
  apply(ObservationJson().quantity("40", "10*9/L"));
  apply(fdp("60"));
  apply(std::nullopt, "Observation/b1");
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::retracted, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
}

TEST_F(FoldResourcesTest, ADeletionOfWhatSeveralHoldIsDead) {
  apply(ObservationJson());
  apply(ObservationJson().set("subject", R"({"reference":"Patient/18"})"));
  commit();
  apply(std::nullopt, "Observation/a1");
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::dead, Reason::ambiguous_subject)));
  ASSERT_EQ(sink_.dead_letters.size(), 1U);
  EXPECT_EQ(sink_.dead_letters[0].key, "Observation/a1");
}

TEST_F(FoldResourcesTest, ADeletionOfWhatNobodyHoldsIsIgnored) {
  apply(ObservationJson().set("id", R"("a12")"));
  commit();
  apply(std::nullopt, "Observation/a1");
  EXPECT_THAT(sink_.items, ElementsAre(Pair(Disposition::ignored, Reason::other_resource)));
}

// A history lists the newest first: the deletion comes before what it deletes.
TEST_F(FoldResourcesTest, ADeletionConcernsWhatItsOwnRecordBrings) {
  apply(bundle({R"({"request":{"method":"DELETE","url":"Observation/b1"},"response":{"etag":"W/\"2\""}})",
                entry(version(1, fdp("60"))), entry(ObservationJson().quantity("40", "10*9/L"))}));
  EXPECT_THAT(sink_.items,
              ElementsAre(Pair(Disposition::retracted, Reason::none), Pair(Disposition::superseded, Reason::none),
                          Pair(Disposition::applied, Reason::none)));
  EXPECT_THAT(alerts(), ElementsAre());
}

TEST_F(FoldResourcesTest, AReportWithoutAResultThatItHadTakesItAway) {
  const auto report = [](int number, const std::string& contained) {
    return R"({"resourceType":"DiagnosticReport","id":"r","meta":{"versionId":")" + std::to_string(number) +
           R"("},"subject":{"reference":"Patient/17"},"contained":[)" + contained + "]}";
  };
  const std::string plt = ObservationJson().quantity("40", "10*9/L").text();
  apply(report(1, plt + "," + fdp("60").text()));
  EXPECT_THAT(alerts(), ElementsAre("onset"));
  commit();
  apply(report(2, plt));
  EXPECT_THAT(alerts(), ElementsAre("onset", "retraction"));
  commit();
  apply(report(3, ""));
  commit();
  apply(report(2, plt));
  EXPECT_THAT(sink_.items, testing::Contains(Pair(Disposition::superseded, Reason::none)));
}

}  // namespace
}  // namespace coagwatch::daemon
