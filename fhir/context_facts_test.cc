// Medication, procedures, encounters, flags and birth dates. Conditions: condition_facts_test.cc.

#include <utility>

#include "fhir/context_fixture.h"
#include "fhir/context_reader.h"

namespace coagwatch::fhir {
namespace {

using Cases = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kAt = R"("effectiveDateTime":"2026-01-02T08:00:00Z",)";
constexpr const char* kYes = "heparin yes 2026-01-02T08:00:00Z..";
constexpr const char* kUnknown = "heparin unknown 2026-01-02T08:00:00Z..";

class ContextFactsTest : public ContextTest {
 protected:
  static std::string given(const std::string& status, const std::string& rest, const std::string& code = "B01AB01") {
    return resource("MedicationAdministration",
                    R"("status":")" + status + "\"," + rest + "\"medicationCodeableConcept\":" + atc(code));
  }
};

TEST_F(ContextFactsTest, MedicationAdministration) {
  for (const auto& [status, expected] : Cases{{"in-progress", kYes},
                                              {"completed", kYes},
                                              {"stopped", kYes},
                                              {"on-hold", kYes},
                                              {"not-done", ""},
                                              {"unknown", kUnknown},
                                              {"entered-in-error", "removal"},
                                              {"done", ""}}) {
    EXPECT_EQ(facts(given(status, kAt)), expected) << status;
  }
  EXPECT_EQ(read(given("done", kAt)).text, "status: not understood");
  EXPECT_EQ(facts(given("completed", kAt, "C07AB02")), "");
  EXPECT_EQ(facts(given("completed", "")), "") << "some time";
  EXPECT_EQ(facts(given("completed", R"("effectiveDateTime":"2026-01",)")), "");
  EXPECT_EQ(facts(given("completed", R"("effectiveTiming":{},)")), "");
}

TEST_F(ContextFactsTest, ADrugOutlastsItsAdministration) {
  const std::string period = R"("effectivePeriod":{"start":"2026-01-02T08:00:00Z","end":"2026-01-02T20:00:00Z"},)";
  EXPECT_EQ(facts(given("completed", period)), "heparin yes 2026-01-02T08:00:00Z..2026-01-05T20:00:00Z") << "72 h";
  EXPECT_EQ(facts(given("completed", period, "B05AX02")),
            "platelet-transfusion yes 2026-01-02T08:00:00Z..2026-01-03T20:00:00Z")
      << "24 h";
  EXPECT_EQ(facts(given("in-progress", R"("effectivePeriod":{"start":"2026-01-02T08:00:00Z"},)")), kYes);
  EXPECT_EQ(facts(given("completed", R"("effectivePeriod":{"end":"2026-01-02T20:00:00Z"},)")),
            "heparin yes 2026-01-02T20:00:00Z..2026-01-05T20:00:00Z");
  EXPECT_EQ(facts(given("completed", R"("effectivePeriod":{"start":"2026-01-03","end":"2026-01-02"},)")), "");
  EXPECT_EQ(facts(given("completed", kAt + period)), "") << "two times";
}

TEST_F(ContextFactsTest, AMedicationMayStandElsewhere) {
  const std::string rest = R"("status":"completed","effectiveDateTime":"2026-01-02T08:00:00Z",)";
  const std::string medication = R"({"resourceType":"Medication","id":"m","code":)" + atc("B01AB01") + "}";
  EXPECT_EQ(facts(resource("MedicationAdministration",
                           rest + R"("medicationReference":{"reference":"#m"},"contained":[)" + medication + "]")),
            kYes);
  EXPECT_EQ(facts(resource("MedicationAdministration",
                           rest + R"("medicationReference":{"reference":"#n"},"contained":[)" + medication + "]")),
            "");
  EXPECT_EQ(facts(resource("MedicationAdministration", rest + R"("medicationReference":{"reference":"Medication/m"})")),
            "");
  const auto bundle = [&](const std::string& reference) {
    const std::string json =
        R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:7","resource":)" + medication +
        R"(},{"resource":)" +
        resource("MedicationAdministration", rest + R"("medicationReference":{"reference":")" + reference + "\"}") +
        "}]}";
    return text_of(intake_.read(json, RecordContext())[1].context);
  };
  EXPECT_EQ(bundle("urn:uuid:7"), kYes);
  EXPECT_EQ(bundle("Medication/m"), kYes);
  EXPECT_EQ(bundle("Medication/n"), "");
  EXPECT_EQ(bundle("MedicationAdministration/r1"), "") << "that is no Medication";
}

TEST_F(ContextFactsTest, MedicationRequest) {
  const auto ordered = [&](const std::string& status, const std::string& intent, const std::string& rest = "",
                           const std::string& code = "B01AB01") {
    return facts(resource("MedicationRequest", R"("status":")" + status + R"(","intent":")" + intent +
                                                   R"(","authoredOn":"2026-01-02T08:00:00Z",)" + rest +
                                                   "\"medicationCodeableConcept\":" + atc(code)));
  };
  for (const auto& [status, expected] : Cases{{"active", kYes},
                                              {"completed", kYes},
                                              {"stopped", kYes},
                                              {"on-hold", ""},
                                              {"cancelled", ""},
                                              {"draft", ""},
                                              {"unknown", kUnknown},
                                              {"entered-in-error", "removal"},
                                              {"x", ""}}) {
    EXPECT_EQ(ordered(status, "order"), expected) << status;
  }
  for (const auto& [intent, expected] : Cases{{"order", kYes},
                                              {"original-order", kYes},
                                              {"reflex-order", kYes},
                                              {"filler-order", kYes},
                                              {"instance-order", kYes},
                                              {"proposal", ""},
                                              {"plan", ""},
                                              {"option", ""},
                                              {"x", ""}}) {
    EXPECT_EQ(ordered("active", intent), expected) << intent;
  }
  EXPECT_EQ(ordered("active", "order", R"("doNotPerform":true,)"), "");
  EXPECT_EQ(ordered("active", "order", R"("doNotPerform":false,)"), kYes);
  for (const char* code : {"B05AX01", "B05AX02", "B05AX03", "B02BB01", "B01AB02", "C01CA03"}) {
    EXPECT_EQ(ordered("active", "order", "", code), "") << "ordered is not given";
  }
  EXPECT_EQ(ordered("active", "order", "", "L01CD01"), "chemotherapy yes 2026-01-02T08:00:00Z..");
}

TEST_F(ContextFactsTest, MedicationStatement) {
  const auto stated = [&](const std::string& status, const std::string& times) {
    return facts(resource("MedicationStatement", R"("status":")" + status + "\"," + times +
                                                     "\"medicationCodeableConcept\":" + atc("B01AA03")));
  };
  const std::string yes = "anticoagulant yes 2026-01-02T08:00:00Z..";
  const std::string unknown = "anticoagulant unknown 2026-01-02T08:00:00Z..";
  for (const auto& [status, expected] : Cases{{"active", yes},
                                              {"completed", yes},
                                              {"on-hold", unknown},
                                              {"unknown", unknown},
                                              {"stopped", unknown},
                                              {"intended", ""},
                                              {"not-taken", ""},
                                              {"entered-in-error", "removal"},
                                              {"x", ""}}) {
    EXPECT_EQ(stated(status, kAt), expected) << status;
  }
  EXPECT_EQ(stated("stopped", R"("effectivePeriod":{"start":"2026-01-01","end":"2026-01-02"},)"),
            "anticoagulant yes 2026-01-01T00:00:00Z..2026-01-05T23:59:59.999999Z");
  EXPECT_EQ(stated("active", R"("dateAsserted":"2026-01-02T08:00:00Z",)"), yes);
  EXPECT_EQ(stated("completed", R"("dateAsserted":"2026-01-02T08:00:00Z",)"), "");
}

TEST_F(ContextFactsTest, Procedure) {
  const auto done = [&](const std::string& status, const std::string& rest, const std::string& code = "12719002") {
    return facts(resource("Procedure", R"("status":")" + status + "\"," + rest + "\"code\":" + snomed(code)));
  };
  const std::string at = R"("performedDateTime":"2026-01-02T08:00:00Z",)";
  const std::string yes = "platelet-transfusion yes 2026-01-02T08:00:00Z..";
  const std::string unknown = "platelet-transfusion unknown 2026-01-02T08:00:00Z..";
  for (const auto& [status, expected] : Cases{{"completed", yes},
                                              {"in-progress", yes},
                                              {"preparation", ""},
                                              {"not-done", ""},
                                              {"on-hold", unknown},
                                              {"stopped", unknown},
                                              {"unknown", unknown},
                                              {"entered-in-error", "removal"},
                                              {"aborted", ""}}) {
    EXPECT_EQ(done(status, at), expected) << status;
  }
  EXPECT_EQ(done("completed", ""), "") << "an operation of which nobody says when may be long ago";
  EXPECT_EQ(done("completed", R"("performedString":"as a child",)"), "");
  EXPECT_EQ(done("completed", R"("occurrenceDateTime":"2026-01-02T08:00:00Z",)"), yes) << "R5";
  const std::string period = R"("performedPeriod":{"start":"2026-01-02T08:00:00Z","end":"2026-01-04T08:00:00Z"},)";
  EXPECT_EQ(done("completed", period), "platelet-transfusion yes 2026-01-02T08:00:00Z..2026-01-05T08:00:00Z");
  EXPECT_EQ(done("completed", period, "40617009"), "respiratory-support yes 2026-01-02T08:00:00Z..2026-01-04T08:00:00Z")
      << "a support is there while it runs";
  EXPECT_EQ(done("completed", R"("category":)" + snomed("387713003") + "," + at, "80146002"),
            "surgery yes 2026-01-02T08:00:00Z..")
      << "by its category: the code is in no table";
  EXPECT_EQ(done("completed", at, "428191000124101"), "");
}

TEST_F(ContextFactsTest, EncounterSaysNothingByItself) {
  const auto visit = [&](const std::string& status, const std::string& type) {
    return facts(resource("Encounter", R"("status":")" + status +
                                           R"(","class":{"code":"IMP"},"period":{"start":"2026-01-02T08:00:00Z"},)" +
                                           "\"type\":[" + type + "]"));
  };
  EXPECT_EQ(visit("finished", snomed("185349003")), "");
  for (const auto& [status, expected] : Cases{{"arrived", "pregnancy yes 2026-01-02T08:00:00Z.."},
                                              {"triaged", "pregnancy yes 2026-01-02T08:00:00Z.."},
                                              {"in-progress", "pregnancy yes 2026-01-02T08:00:00Z.."},
                                              {"onleave", "pregnancy yes 2026-01-02T08:00:00Z.."},
                                              {"finished", "pregnancy yes 2026-01-02T08:00:00Z.."},
                                              {"unknown", "pregnancy unknown 2026-01-02T08:00:00Z.."},
                                              {"planned", ""},
                                              {"cancelled", ""},
                                              {"entered-in-error", "removal"},
                                              {"x", ""}}) {
    EXPECT_EQ(visit(status, snomed("77386006")), expected) << status << ": a site's types may mean a fact";
  }
}

TEST_F(ContextFactsTest, AStayWithoutAClassIsNoDischarge) {
  const std::string period = R"("status":"finished","period":{"end":"2026-01-03T08:00:00Z"})";
  EXPECT_EQ(facts(resource("Encounter", period)), "");
  EXPECT_EQ(facts(resource("Encounter", period + R"(,"class":[])")), "");
  EXPECT_EQ(facts(resource("Encounter", period + R"(,"class":[{"coding":[]}])")), "");
  EXPECT_EQ(facts(resource("Encounter", period + R"(,"class":[{"coding":[{"code":"IMP"}]}])")),
            "discharged yes 2026-01-03T08:00:00Z..");
}

TEST_F(ContextFactsTest, Flag) {
  const auto flag = [&](const std::string& status, const std::string& rest) {
    return facts(resource("Flag", R"("status":")" + status + "\"," + rest + "\"code\":" + snomed("77386006")));
  };
  const std::string start = R"("period":{"start":"2026-01-02T08:00:00Z"},)";
  EXPECT_EQ(flag("active", start), "pregnancy yes 2026-01-02T08:00:00Z..");
  EXPECT_EQ(flag("active", R"("meta":{"lastUpdated":"2026-01-03T08:00:00Z"},)"),
            "pregnancy yes 2026-01-03T08:00:00Z..");
  EXPECT_EQ(flag("inactive", start), "pregnancy unknown 2026-01-02T08:00:00Z..");
  EXPECT_EQ(flag("inactive", R"("period":{"start":"2026-01-02T08:00:00Z","end":"2026-01-03T08:00:00Z"},)"),
            "pregnancy yes 2026-01-02T08:00:00Z..2026-01-03T08:00:00Z");
  EXPECT_EQ(flag("entered-in-error", start), "removal");
  EXPECT_EQ(flag("x", start), "");
}

TEST_F(ContextFactsTest, BirthDate) {
  const auto born = [&](const std::string& date) {
    return facts(R"({"resourceType":"Patient","id":"17","birthDate":)" + date + "}");
  };
  EXPECT_EQ(born(R"("2026-01-02")"),
            "child no 2044-01-02T00:00:00Z..; child yes 2026-01-02T00:00:00Z..2044-01-01T23:59:59.999999Z; "
            "newborn no 2026-01-30T00:00:00Z..; newborn yes 2026-01-02T00:00:00Z..2026-01-29T23:59:59.999999Z");
  EXPECT_EQ(born(R"("2008-02-29")"),
            "child no 2026-03-01T00:00:00Z..; child yes 2008-02-29T00:00:00Z..2026-02-28T23:59:59.999999Z; "
            "newborn no 2008-03-28T00:00:00Z..; newborn yes 2008-02-29T00:00:00Z..2008-03-27T23:59:59.999999Z");
  EXPECT_EQ(born(R"("2008")"),
            "child no 2026-12-31T00:00:00Z..; child yes 2008-01-01T00:00:00Z..2025-12-31T23:59:59.999999Z; "
            "newborn no 2009-01-28T00:00:00Z..; newborn yes 2008-01-01T00:00:00Z..2008-01-28T23:59:59.999999Z")
      << "in 2026 nobody knows";
  EXPECT_EQ(born(R"("2008-02")"),
            "child no 2026-03-01T00:00:00Z..; child yes 2008-02-01T00:00:00Z..2026-01-31T23:59:59.999999Z; "
            "newborn no 2008-03-28T00:00:00Z..; newborn yes 2008-02-01T00:00:00Z..2008-02-28T23:59:59.999999Z");
  for (const char* wrong : {R"("2008-02-30")", R"("02.03.2008")", "2008", R"("2008-02-03T08:00:00Z")", "null"}) {
    EXPECT_EQ(born(wrong), "") << wrong;
  }
  EXPECT_EQ(facts(R"({"resourceType":"Patient","id":"17"})"), "");
  EXPECT_EQ(read(R"({"resourceType":"Patient","id":"17"})").text, "") << "nothing is wrong with it";
  const Item& item = read(R"({"resourceType":"Patient","id":"17","birthDate":"2026-01-02"})");
  EXPECT_EQ(item.context.patient, "Patient/17");
  EXPECT_EQ(item.context.source, "Patient/17");
}

TEST_F(ContextFactsTest, PatientsOfABundleHaveTheKeyThatItsReferencesMean) {
  const auto keys = [&](const std::string& entry) {
    const std::string json =
        R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1",)" + entry +
        R"(},{"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"urn:uuid:1"},)" +
        R"("onsetDateTime":"2026-01-02","code":)" + icd("A41.9") + "}}]}";
    const auto items = intake_.read(json, RecordContext());
    EXPECT_EQ(items.size(), 2U);
    return std::string(items[0].context.patient) + " " + std::string(items[1].context.patient);
  };
  const std::string patient = R"("resource":{"resourceType":"Patient","id":"17","birthDate":"1960-01-01"})";
  EXPECT_EQ(keys(patient), "Patient/17 Patient/17");
  EXPECT_EQ(keys(patient + R"(,"request":{"method":"PUT","url":"Patient/18"})"), "Patient/18 Patient/18");
  EXPECT_EQ(keys(R"("resource":{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"4"}],
      "birthDate":"1960-01-01"})"),
            "urn:mrn|4 urn:mrn|4");
}

TEST_F(ContextFactsTest, ADeletedEntryTakesBackWhatItSaid) {
  const std::string json = R"({"resourceType":"Bundle","type":"history","entry":[{"resource":)" +
                           resource("Condition", R"("onsetDateTime":"2026-01-02","code":)" + icd("A41.9")) +
                           R"(,"request":{"method":"DELETE","url":"Condition/r1"}}]})";
  EXPECT_EQ(facts(json), "removal");
}

// Facts were read before it was known that they are not to be kept.
TEST_F(ContextFactsTest, OnlyAStatementHoldsFacts) {
  const std::string facts =
      R"("subject":{"reference":"Patient/17"},"onsetDateTime":"2026-01-02","code":)" + icd("A41.9");
  const auto deleted = [&](const std::string& members, const std::string& url) -> const ContextFacts& {
    return read(R"({"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Condition",)" +
                members + facts + R"(},"request":{"method":"DELETE","url":")" + url + "\"}}]}")
        .context;
  };
  for (const char* url : {"Condition/r1", "Condition?code=1"}) {
    for (const char* id : {"", R"("id":"r1",)"}) {
      const ContextFacts& context = deleted(id, url);
      EXPECT_NE(context.kind, ContextFacts::Kind::statement) << url;
      EXPECT_TRUE(context.facts.empty()) << url << " " << id;
    }
  }
  const std::string system(ContextReader::kMaxSourceLength, 'x');
  const Item& item =
      read(R"({"resourceType":"Condition","identifier":[{"system":")" + system + R"(","value":"1"}],)" + facts + "}");
  EXPECT_EQ(text_of(item.context), "nothing") << item.text;
  EXPECT_TRUE(item.context.facts.empty());
}

TEST_F(ContextFactsTest, ADeletionByIdNamesWhatItTakesBack) {
  const auto deleted = [&](const std::string& url) {
    const Item& item =
        read(R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":")" + url +
             R"("},"response":{"status":"204","etag":"W/\"7\""}}]})");
    if (item.context.kind == ContextFacts::Kind::nothing) return item.text;
    EXPECT_TRUE(item.context.patient.empty());
    return text_of(item.context) + " " + std::string(item.context.source) + " " +
           std::to_string(item.context.version.number.value_or(0));
  };
  EXPECT_EQ(deleted("Condition/c1"), "removal Condition/c1 7");
  EXPECT_EQ(deleted("https://x.example/fhir/Procedure/p1/_history/3"), "removal Procedure/p1 3");
  for (const char* other : {"Patient/17", "AllergyIntolerance/1", "Condition?identifier=1", "Condition", "c1", "/"}) {
    EXPECT_EQ(deleted(other), "a deletion of nothing that it names by its id or an identifier") << other;
  }
}

TEST_F(ContextFactsTest, OtherResourcesSayNothing) {
  for (const char* type : {"AllergyIntolerance", "Medication", "ServiceRequest", "Specimen", "List"}) {
    EXPECT_EQ(facts(resource(type, R"("onsetDateTime":"2026-01-02","code":)" + icd("A41.9"))), "nothing") << type;
  }
}

// What must not be read out of what stands in an Observation's place, or in none.
TEST_F(ContextFactsTest, NothingOfARecordIsLeftForTheNext) {
  EXPECT_EQ(facts(given("completed", kAt)), kYes);
  EXPECT_EQ(facts(R"({"resourceType":"AllergyIntolerance"})"), "nothing");
  EXPECT_EQ(facts(R"({"resourceType":"MedicationAdministration"})"), "nothing");
  EXPECT_EQ(facts("\xEF\xBB\xBF" + given("completed", kAt)), kYes) << "a byte order mark";
}

}  // namespace
}  // namespace coagwatch::fhir
