// Observations of FHIR STU3 and older, with input.lenient-versions and without.

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

class OldVersionTest : public IntakeTest {
 protected:
  OldVersionTest() { limits_.lenient_versions = true; }

  static ObservationJson related(const std::string& type) {
    return ObservationJson().set("related", R"([{"type":")" + type + R"(","target":{"reference":"Observation/b7"}}])");
  }
};

class StrictVersionTest : public IntakeTest {};

TEST_F(StrictVersionTest, TakesNothingOfThem) {
  EXPECT_EQ(outcome(ObservationJson().set("comment", R"("haemolysed?")")), "dead/unsupported-fhir-version");
  EXPECT_EQ(outcome(ObservationJson().set("related", "[]")), "candidate") << "says nothing";
  EXPECT_EQ(outcome(ObservationJson().set("related", "{}")), "dead/unsupported-fhir-version");
  const Item& item =
      read(ObservationJson().set("related", R"([{"type":"replaces","target":{"reference":"Observation/b7"}}])"));
  EXPECT_EQ(item.reason, Reason::unsupported_fhir_version);
  EXPECT_TRUE(item.replaces.empty());
}

TEST_F(OldVersionTest, IsReadWhereTheSiteSaysSo) {
  EXPECT_EQ(outcome(ObservationJson().set("comment", R"("see phone note")")), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("comments", R"("see phone note")")), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("context", R"({"reference":"Encounter/4"})")), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("reliability", R"("ok")")), "candidate");
}

TEST_F(OldVersionTest, DoesNotTakeWhatTheLaboratoryDoubts) {
  for (const char* const doubt : {R"("questionable")", R"("error")", R"("unknown")", "[]", "1"}) {
    EXPECT_EQ(outcome(ObservationJson().set("reliability", doubt)), "dead/unsupported-fhir-version") << doubt;
  }
}

TEST_F(OldVersionTest, RelationsThatChangeTheMeaningAreRefused) {
  for (const char* const type : {"has-member", "derived-from", "sequel-to", "replaces"}) {
    EXPECT_EQ(outcome(related(type)), "candidate") << type;
  }
  for (const char* const type : {"replaced-by", "qualified-by", "interfered-by", "", "Replaces"}) {
    EXPECT_EQ(outcome(related(type)), "dead/unsupported-fhir-version") << type;
  }
  EXPECT_EQ(outcome(ObservationJson().set("related", R"([{"target":{"reference":"Observation/b7"}}])")),
            "dead/unsupported-fhir-version");
  EXPECT_EQ(outcome(ObservationJson().set("related", "{}").set("comment", R"("x")")), "dead/unsupported-fhir-version");
}

TEST_F(OldVersionTest, ReplacesWhatItSaysThatItReplaces) {
  EXPECT_EQ(read(related("replaces")).replaces, (std::vector<Replaced>{{"Observation/b7", 0}}));
  EXPECT_TRUE(read(related("has-member")).replaces.empty());
  const auto target = [&](const std::string& json) -> const Item& {
    return read(ObservationJson().set("related", R"([{"type":"replaces","target":)" + json + "}]"));
  };
  const Item& item = target(R"({"identifier":{"system":"urn:lab","value":"9"}})");
  ASSERT_EQ(item.replaces.size(), 1U);
  EXPECT_EQ(item.replaces[0].identity, "urn:lab|9");
  EXPECT_NE(item.replaces[0].fingerprint, 0U);
  EXPECT_EQ(item.text, "");
  EXPECT_EQ(target(R"({"display":"the first one"})").text, "related: names no Observation that can be known");
}

TEST_F(OldVersionTest, TheTimeMayBeInItsOldPlace) {
  const auto old = [](const std::string& name, const std::string& json) {
    return ObservationJson().remove("effectiveDateTime").set("issued", R"("2026-01-02T11:00:00Z")").set(name, json);
  };
  EXPECT_EQ(at(old("appliesDateTime", R"("2026-01-02T08:00:00Z")")), "2026-01-02T08:00:00Z");
  EXPECT_EQ(at(old("appliesPeriod", R"({"start":"2026-01-02T07:00:00Z","end":"2026-01-02T08:00:00Z"})")),
            "2026-01-02T08:00:00Z");
  EXPECT_EQ(outcome(old("appliesDateTime", R"("yesterday")")), "dead/invalid-time");
  EXPECT_EQ(outcome(old("appliesPeriod", R"("2026-01-02")")), "dead/invalid-time");
  EXPECT_EQ(outcome(ObservationJson().set("appliesDateTime", R"("2026-01-02T08:00:00Z")")), "dead/invalid-time")
      << "both places";
}

}  // namespace
}  // namespace coagwatch::fhir
