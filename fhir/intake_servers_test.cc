// Several FHIR servers on one topic (`input.bases`).

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kA = "https://a.example/fhir";

class IntakeServersTest : public IntakeTest {
 protected:
  void list(std::vector<std::string> bases) { limits_.bases = std::move(bases); }
  void list_two() { list({"https://a.example/fhir", "https://b.example/fhir"}); }
  /// The patient key, or what became of it.
  std::string patient_of(std::string_view bytes) {
    const std::span<Item> items = read_all(bytes);
    const Item& item = items.back();
    if (item.disposition == Disposition::candidate) return std::string(item.patient);
    return std::string(disposition_name(item.disposition)) + "/" + std::string(reason_name(item.reason));
  }
  static std::string about(const std::string& reference) {
    return ObservationJson().set("subject", R"({"reference":")" + reference + "\"}").text();
  }
  static std::string entry(const std::string& full_url, const std::string& resource) {
    return R"({"fullUrl":")" + full_url + R"(","resource":)" + resource + "}";
  }
  static std::string bundle(const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[)" + entries + "]}";
  }
};

TEST_F(IntakeServersTest, WithoutAListAllAreOne) {
  EXPECT_EQ(patient_of(about("Patient/1")), "Patient/1");
  EXPECT_EQ(patient_of(about("https://a.example/fhir/Patient/1")), "Patient/1");
  EXPECT_EQ(patient_of(about("https://b.example/fhir/Patient/1/_history/2")), "Patient/1");
}

TEST_F(IntakeServersTest, WithOneOthersAreRefused) {
  list({std::string(kA)});
  EXPECT_EQ(patient_of(about("Patient/1")), "Patient/1");
  EXPECT_EQ(patient_of(about("https://a.example/fhir/Patient/1")), "Patient/1");
  EXPECT_EQ(patient_of(about("https://b.example/fhir/Patient/1")), "dead/unresolved-reference");
  EXPECT_EQ(patient_of(about("https://a.example/fhir/v2/Patient/1")), "dead/unresolved-reference");
}

TEST_F(IntakeServersTest, ASearchOnAnotherServerIsRefused) {
  list({std::string(kA)});
  EXPECT_EQ(patient_of(about("https://a.example/fhir/Patient?identifier=urn:mrn|99")), "urn:mrn|99");
  EXPECT_EQ(patient_of(about("https://b.example/fhir/Patient?identifier=urn:mrn|99")), "dead/unresolved-reference");
  EXPECT_EQ(patient_of(about("Patient?identifier=urn:mrn|99")), "urn:mrn|99");
}

TEST_F(IntakeServersTest, EachOfSeveralHasItsOwnPatients) {
  list_two();
  EXPECT_EQ(patient_of(about("https://a.example/fhir/Patient/1")), "https://a.example/fhir|Patient/1");
  EXPECT_EQ(patient_of(about("https://b.example/fhir/Patient/1/_history/2")), "https://b.example/fhir|Patient/1");
  EXPECT_EQ(patient_of(about("https://c.example/fhir/Patient/1")), "dead/unresolved-reference");
  EXPECT_EQ(patient_of(about("Patient/1")), "dead/ambiguous-subject");
}

TEST_F(IntakeServersTest, ARelativeReferenceIsOfTheServerOfItsEntry) {
  list_two();
  EXPECT_EQ(patient_of(bundle(entry("https://b.example/fhir/Observation/1", about("Patient/1")))),
            "https://b.example/fhir|Patient/1");
  EXPECT_EQ(patient_of(bundle(entry("urn:uuid:9f8a", about("Patient/1")))), "dead/ambiguous-subject");
  const std::string patient = entry("urn:uuid:1", R"({"resourceType":"Patient","id":"1"})");
  EXPECT_EQ(patient_of(bundle(patient + "," + entry("urn:uuid:2", about("urn:uuid:1")))), "dead/ambiguous-subject");
}

TEST_F(IntakeServersTest, AnIdentifierIsOfNoServer) {
  list_two();
  const std::string observation =
      ObservationJson().set("subject", R"({"identifier":{"system":"urn:mrn","value":"7"}})").text();
  EXPECT_EQ(patient_of(observation), "urn:mrn|7");
}

TEST_F(IntakeServersTest, FactsAndLinksAreOfTheServerOfTheirEntry) {
  list_two();
  const std::string condition = R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/1"},)"
                                R"("code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"A41.9"}]}})";
  EXPECT_EQ(read_all(bundle(entry("https://a.example/fhir/Condition/c", condition))).front().context.patient,
            "https://a.example/fhir|Patient/1");
  EXPECT_EQ(read_all(condition).front().context.kind, ContextFacts::Kind::nothing);
  const std::string patient =
      R"({"resourceType":"Patient","id":"1","link":[{"type":"replaced-by","other":{"reference":"Patient/2"}}]})";
  const std::string linked = bundle(entry("https://b.example/fhir/Patient/1", patient));
  const Item& item = read_all(linked).front();
  EXPECT_EQ(item.context.patient, "https://b.example/fhir|Patient/1");
  ASSERT_EQ(item.context.links.size(), 1U);
  EXPECT_EQ(item.context.links.front().other, "https://b.example/fhir|Patient/2");
}

TEST_F(IntakeServersTest, ADeletionSaysOnWhichServer) {
  const auto deletion = [](const std::string& url) {
    return R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":")" + url +
           "\"}}]}";
  };
  list({std::string(kA)});
  EXPECT_EQ(outcome(deletion("https://b.example/fhir/Observation/1")), "ignored/other-resource");
  EXPECT_EQ(outcome(deletion("Observation/1")), "candidate");
}

TEST_F(IntakeServersTest, ADeletionOnOneOfSeveralServersMustSayOnWhich) {
  list_two();
  const auto deletion = [](const std::string& full_url, const std::string& url) {
    return R"({"resourceType":"Bundle","type":"history","entry":[{"fullUrl":")" + full_url +
           R"(","request":{"method":"DELETE","url":")" + url + "\"}}]}";
  };
  EXPECT_EQ(outcome(deletion("urn:uuid:1", "Observation/1")), "dead/ambiguous-subject");
  EXPECT_EQ(outcome(deletion("https://b.example/fhir/Observation/1", "Observation/1")), "candidate");
  EXPECT_EQ(read_all(deletion("https://b.example/fhir/Observation/1", "Observation/1")).front().base,
            "https://b.example/fhir");
  context_.key = "https://a.example/fhir/Observation/1";
  EXPECT_EQ(read_all({}).front().base, kA);
  context_.key = "Observation/1";
  EXPECT_EQ(outcome(std::string_view()), "dead/ambiguous-subject");
}

TEST_F(IntakeServersTest, ARetractionFromAnotherServerFindsNobodyByItsId) {
  const auto retraction = [](const std::string& reference) {
    return ObservationJson()
        .set("id", "\"o1\"")
        .set("status", "\"entered-in-error\"")
        .set("subject", R"({"reference":")" + reference + "\"}")
        .text();
  };
  list({std::string(kA)});
  EXPECT_EQ(outcome(retraction("https://b.example/fhir/Patient/1")), "dead/unresolved-reference");
  EXPECT_TRUE(read(retraction("nonsense")).deletion) << "it may be ours";
}

TEST_F(IntakeServersTest, ARetractionThatMayBeOfEitherServerFindsNobodyByItsId) {
  list_two();
  const std::string retraction = ObservationJson().set("id", "\"o1\"").set("status", "\"entered-in-error\"").text();
  EXPECT_EQ(outcome(retraction), "dead/ambiguous-subject");
}

}  // namespace
}  // namespace coagwatch::fhir
