// Bundles: each resource ends in one place, one bad entry leaves the others alone.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::ElementsAre;

class IntakeBundleTest : public IntakeTest {
 protected:
  /// `0 Observation/a1 Patient/17 candidate` for each row.
  std::vector<std::string> rows(std::string record) {
    record_ = std::move(record);
    items_ = read_all(record_);
    std::vector<std::string> all;
    for (const Item& item : items_) {
      std::string text = std::to_string(item.entry) + " ";
      text.append(item.resource).append(" ").append(item.patient).append(" ");
      text.append(disposition_name(item.disposition));
      if (item.reason != Reason::none) text.append("/").append(reason_name(item.reason));
      all.push_back(std::move(text));
    }
    return all;
  }
  static std::string bundle(const std::vector<std::string>& entries, const std::string& type = "transaction") {
    std::string text = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i) text.append(i == 0 ? "" : ",").append(entries[i]);
    return text + "]}";
  }
  static std::string entry(const std::string& resource, const std::string& full_url = "", const std::string& url = "") {
    std::string text = "{";
    if (!full_url.empty()) text += R"("fullUrl":")" + full_url + R"(",)";
    text += R"("resource":)" + resource;
    if (!url.empty()) text += R"(,"request":{"method":"PUT","url":")" + url + R"("})";
    return text + "}";
  }
  static std::string observation(const std::string& id, const std::string& subject = "Patient/17") {
    return ObservationJson().set("id", '"' + id + '"').set("subject", R"({"reference":")" + subject + R"("})").text();
  }
  static std::string patient(const std::string& members) { return R"({"resourceType":"Patient")" + members + "}"; }

  std::string record_;
  std::span<Item> items_;
};

TEST_F(IntakeBundleTest, EveryEntryIsReadInItsPlace) {
  EXPECT_THAT(rows(bundle({entry(patient(R"(,"id":"17")")), entry(observation("a")), entry(observation("b"))})),
              ElementsAre("0 Patient/17  ignored/other-resource", "1 Observation/a Patient/17 candidate",
                          "2 Observation/b Patient/17 candidate"));
  EXPECT_EQ(describe(items_[1].change.result.value), describe(items_[2].change.result.value));
}

TEST_F(IntakeBundleTest, EveryTypeOfBundleIsRead) {
  for (const char* type : {"document", "message", "transaction", "transaction-response", "batch", "batch-response",
                           "history", "searchset", "collection", "subscription-notification", "of-tomorrow"}) {
    EXPECT_THAT(rows(bundle({entry(observation("a"))}, type)), ElementsAre("0 Observation/a Patient/17 candidate"));
  }
}

TEST_F(IntakeBundleTest, ABadEntryIsDeadByItself) {
  const std::string bad = ObservationJson().set("id", R"("x")").remove("subject").text();
  const std::string record = bundle(
      {entry(observation("a")), entry(bad), entry("{}"), entry(R"({"resourceType":7})"), entry(observation("b"))});
  EXPECT_THAT(rows(record),
              ElementsAre("0 Observation/a Patient/17 candidate", "1 Observation/x  dead/no-subject",
                          "2   dead/not-fhir", "3   dead/not-fhir", "4 Observation/b Patient/17 candidate"));
  EXPECT_EQ(items_[1].bytes, bad);
  EXPECT_EQ(items_[2].bytes, "{}");
}

TEST_F(IntakeBundleTest, ABundleInABundleCountsAsItsEntry) {
  EXPECT_THAT(
      rows(bundle({entry(observation("a")), entry(bundle({entry(observation("b")), entry(observation("c"))}))})),
      ElementsAre("0 Observation/a Patient/17 candidate", "1 Observation/b Patient/17 candidate",
                  "1 Observation/c Patient/17 candidate"));
}

TEST_F(IntakeBundleTest, EntriesWithoutAResourceAreCounted) {
  EXPECT_THAT(rows(bundle({R"({"response":{"status":"201 Created","location":"Observation/1/_history/1"}})",
                           R"({"fullUrl":"https://example.org/fhir/Observation/2"})"})),
              ElementsAre("0   ignored/other-resource", "1   ignored/other-resource"));
  EXPECT_THAT(rows(R"({"resourceType":"Bundle","type":"searchset","total":0})"),
              ElementsAre("0   ignored/other-resource"));
}

// As in HL7's example "bundle-response-medsallergies": the answer to a search that found nothing.
TEST_F(IntakeBundleTest, ABundleInABundleWithoutEntriesIsCounted) {
  const std::string nothing = R"({"resourceType":"Bundle","id":"s1","type":"searchset","total":0)";
  EXPECT_THAT(rows(bundle({entry(nothing + "}"), entry(nothing + R"(,"entry":[]})"), entry(observation("a")),
                           entry(bundle({entry(nothing + "}")}))},
                          "batch-response")),
              ElementsAre("0 Bundle/s1  ignored/other-resource", "1 Bundle/s1  ignored/other-resource",
                          "2 Observation/a Patient/17 candidate", "3 Bundle/s1  ignored/other-resource"));
}

TEST_F(IntakeBundleTest, ANotificationsStatusIsAnotherResource) {
  EXPECT_THAT(
      rows(bundle(
          {entry(R"({"resourceType":"Parameters","parameter":[{"name":"type","valueCode":"event-notification"}]})"),
           entry(observation("a"))},
          "history")),
      ElementsAre("0   ignored/other-resource", "1 Observation/a Patient/17 candidate"));
  EXPECT_THAT(rows(bundle({entry(R"({"resourceType":"SubscriptionStatus","id":"s","type":"heartbeat"})")})),
              ElementsAre("0 SubscriptionStatus/s  ignored/other-resource"));
}

TEST_F(IntakeBundleTest, APatchIsNotUnderstood) {
  EXPECT_THAT(rows(R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PATCH",)"
                   R"("url":"Observation/1"},"resource":{"resourceType":"Parameters"}}]})"),
              ElementsAre("0   ignored/other-resource"));
  EXPECT_EQ(items_[0].text, "request.method: a PATCH is not understood");
}

TEST_F(IntakeBundleTest, TooManyEntriesAreTooLarge) {
  limits_.entries = 2;
  EXPECT_THAT(rows(bundle({entry(observation("a")), entry(observation("b"))})), testing::SizeIs(2));
  EXPECT_THAT(rows(bundle({entry(observation("a")), entry(observation("b")), "{}"})),
              ElementsAre("0   dead/too-large"));
  EXPECT_EQ(items_[0].bytes, "") << "the record as a whole";
}

TEST_F(IntakeBundleTest, ABundleWithTwoListsOfEntriesIsRefusedAsAWhole) {
  const std::string inner = bundle({entry(observation("a"))});
  const std::string twice = inner.substr(0, inner.size() - 1) + R"(,"entry":[]})";
  EXPECT_THAT(rows(twice), ElementsAre("0   dead/duplicate-key"));
  EXPECT_THAT(rows(bundle({entry(twice), entry(observation("b"))})),
              ElementsAre("0   dead/duplicate-key", "1 Observation/b Patient/17 candidate"));
}

TEST_F(IntakeBundleTest, AUrnMeansThePatientOfItsEntry) {
  const std::string urn = "urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01";
  const auto key = [&](const std::string& entry_text) {
    const auto all = rows(bundle({entry(observation("a", urn)), entry_text}));
    return all.front().substr(std::string("0 Observation/a ").size());
  };
  EXPECT_EQ(key(entry(patient(R"(,"id":"17")"), urn)), "Patient/17 candidate");
  EXPECT_EQ(key(entry(patient(R"(,"id":"17")"), urn, "Patient/18")), "Patient/18 candidate") << "what it is written to";
  EXPECT_EQ(key(entry(patient(R"(,"id":"17")"), urn, "Patient?identifier=https%3A%2F%2Fkh.de%2Fpid%7C4711")),
            "https://kh.de/pid|4711 candidate");
  EXPECT_EQ(key(entry(patient(R"(,"id":"17")"), urn, "Patient")), "Patient/17 candidate") << "a POST";
  EXPECT_EQ(key(entry(patient(R"(,"identifier":[{"system":"s","value":"1"}])"), urn)), "s|1 candidate");
  EXPECT_EQ(key(entry(patient(R"(,"identifier":[{"system":"s","value":"1"},{"system":"s","value":"2"}])"), urn)),
            " dead/ambiguous-subject");
  EXPECT_EQ(key(entry(R"({"resourceType":"Group","id":"1"})", urn)), " ignored/other-subject");
  EXPECT_EQ(key(entry(patient(R"(,"id":"17")"), "urn:uuid:other")), urn + " candidate") << "itself the key";
  EXPECT_EQ(key(entry(patient(R"(,"id":"1")"), urn) + "," + entry(patient(R"(,"id":"2")"), urn)),
            " dead/ambiguous-subject");
}

TEST_F(IntakeBundleTest, AConditionalReferenceNamesThePatientByIdentifier) {
  const auto key = [&](const std::string& subject) {
    const auto all = rows(observation("a", subject));
    return all.front().substr(std::string("0 Observation/a ").size());
  };
  EXPECT_EQ(key("Patient?identifier=s|1"), "s|1 candidate");
  EXPECT_EQ(key("Patient?identifier=https%3A%2F%2Fkh.de%2Fpid%7c4711"), "https://kh.de/pid|4711 candidate");
  EXPECT_EQ(key("Patient?identifier=|1"), "|1 candidate") << "said to have no system";
  for (const char* unclear :
       {"Patient?identifier=1", "Patient?identifier=s|", "Patient?name=x", "Patient?identifier=s|1&active=true",
        "Patient?identifier=a|b|c", "Patient?identifier=%zz|1", "Patient?"}) {
    EXPECT_EQ(key(unclear), " dead/unresolved-reference") << unclear;
  }
  EXPECT_EQ(key("Group?identifier=s|1"), " ignored/other-subject");
}

}  // namespace
}  // namespace coagwatch::fhir
