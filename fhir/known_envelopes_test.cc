// Messages that are recognised by their shape: CloudEvents, HAPI FHIR, Debezium.

#include <gmock/gmock.h>

#include "fhir/envelope_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class KnownEnvelopesTest : public EnvelopeTest {
 protected:
  std::string only(std::string record) {
    const auto all = rows(std::move(record));
    EXPECT_EQ(all.size(), 1U);
    return all.front();
  }
  /// A CloudEvent with those members.
  static std::string event(const std::string& members) {
    return R"({"specversion":"1.0","id":"C234","source":"/lis","type":"org.example.result","time":)"
           R"("2026-01-02T08:05:00Z","subject":"Patient/17")" +
           (members.empty() ? "" : "," + members) + "}";
  }
  /// HAPI's message as it stands on a topic.
  static std::string hapi(const std::string& members) {
    return R"({"headers":{"retryCount":0,"customHeaders":{}},"payload":{)" + members +
           R"(,"partitionId":{"allPartitions":false},"mediaType":null}})";
  }
  static std::string debezium(const std::string& members) {
    return R"({"schema":{"type":"struct","fields":[]},"payload":{)" + members +
           R"(,"source":{"connector":"postgresql","schema":"public","table":"resources"},"ts_ms":1767341100000}})";
  }

  const std::string bare_ = observation("a");
  const std::string read_ = "0 Observation/a Patient/17 candidate";
};

TEST_F(KnownEnvelopesTest, ACloudEventsDataIsTheResource) {
  EXPECT_EQ(only(event(R"("data":)" + bare_)), read_);
  EXPECT_EQ(only(event(R"("datacontenttype":"application/fhir+json; fhirVersion=4.0","data":)" + bare_)), read_);
  EXPECT_EQ(only(event(R"("datacontenttype":"Application/JSON","data":)" + bare_)), read_);
  EXPECT_EQ(only(event(R"("datacontenttype":null,"data_base64":null,"data":)" + bare_)), read_);
  EXPECT_THAT(rows(event(R"("data":)" + bundle_of({bare_, observation("b")}))),
              ElementsAre(read_, "1 Observation/b Patient/17 candidate"));
}

TEST_F(KnownEnvelopesTest, ACloudEventsDataInBase64) {
  // {"resourceType":"Observation","id":"a"}
  const std::string base64 = "eyJyZXNvdXJjZVR5cGUiOiJPYnNlcnZhdGlvbiIsImlkIjoiYSJ9";
  EXPECT_EQ(only(event(R"("data_base64":")" + base64 + '"')), "0 Observation/a  dead/no-code");
  EXPECT_EQ(items_[0].bytes, R"({"resourceType":"Observation","id":"a"})");
  EXPECT_EQ(only(event(R"("data_base64":")" + base64.substr(1) + '"')), "0   dead/malformed-json");
  EXPECT_EQ(only(event(R"("data_base64":"e*Jy")")), "0   dead/malformed-json");
  EXPECT_EQ(only(event(R"("data_base64":{})")), "0   dead/malformed-json");
  EXPECT_EQ(only(event(R"("data_base64":"e30x")")), "0   dead/malformed-json") << "{}1";
  EXPECT_EQ(only(event(R"("data_base64":"W10=")")), "0   dead/not-fhir") << "[]";
}

TEST_F(KnownEnvelopesTest, ACloudEventWithoutAResource) {
  EXPECT_EQ(only(event("")), "0   ignored/other-resource");
  EXPECT_EQ(only(event(R"("data":null)")), "0   ignored/other-resource");
  EXPECT_EQ(only(event(R"("data":{"score":7})")), "0   dead/not-fhir");
  EXPECT_EQ(only(event(R"("data":[)" + bare_ + "]")), "0   dead/not-fhir");
  EXPECT_EQ(only(event(R"("data":)" + as_json_text(bare_))), "0   dead/not-fhir")
      << "CloudEvents forbids to look into it";
  EXPECT_EQ(only(event(R"("datacontenttype":"application/xml","data":)" + bare_)), "0   dead/not-fhir");
  EXPECT_EQ(only(event(R"("data_base64":"e30=","data":)" + bare_)), "0   dead/not-fhir");
  EXPECT_EQ(only(R"({"specversion":1.0,"data":)" + bare_ + "}"), "0   dead/not-fhir") << "no CloudEvent";
}

TEST_F(KnownEnvelopesTest, ADataTextIsReadWhereTheSiteSaysSo) {
  envelopes_ = {"/data"};
  EXPECT_EQ(only(event(R"("data":)" + as_json_text(bare_))), read_);
}

TEST_F(KnownEnvelopesTest, AnEventByIdOnlyIsCountedOrDeletes) {
  const auto azure = [](const std::string& change) {
    return R"({"specversion":"1.0","type":"Microsoft.HealthcareApis.FhirResource)" + change +
           R"(","subject":"h.fhir.azurehealthcareapis.com/Observation/a","data":{"resourceType":"Observation",)"
           R"("resourceFhirAccount":"h.fhir.azurehealthcareapis.com","resourceFhirId":"a","resourceVersionId":2}})";
  };
  EXPECT_EQ(only(azure("Created")), "0   ignored/other-resource");
  EXPECT_EQ(only(azure("Updated")), "0   ignored/other-resource");
  EXPECT_EQ(only(azure("Deleted")), "0 Observation/a  deletion");
}

TEST_F(KnownEnvelopesTest, ABinaryCloudEventIsABareResource) {
  HeaderMap headers({{"ce_specversion", "1.0"}, {"ce_type", "org.example.result"}, {"ce_id", "1"}});
  context_.headers = &headers;
  for (const char* type : {"application/fhir+json", "application/json; charset=utf-8", ""}) {
    headers.set("content-type", type);
    EXPECT_EQ(only(bare_), read_) << type;
  }
  headers.set("content-type", "application/fhir+xml");
  EXPECT_EQ(only("<Observation/>"), "0   dead/malformed-json");
  EXPECT_EQ(items_[0].text, "an event whose content-type is not JSON");
  headers.set("content-type", "application/json");
  EXPECT_EQ(only("<Observation/>"), "0   dead/malformed-json");
  EXPECT_EQ(items_[0].text, "expected one JSON object");
}

TEST_F(KnownEnvelopesTest, HapisPayloadIsTheResource) {
  for (const char* operation : {"CREATE", "UPDATE", "MANUALLY_TRIGGERED", "TRANSACTION"}) {
    const std::string message = R"("operationType":")" + std::string(operation) + R"(","payload":)" +
                                as_json_text(bare_) + R"(,"payloadId":"Observation/a/_history/1")";
    EXPECT_EQ(only(hapi(message)), read_);
    EXPECT_EQ(only("{" + message + "}"), read_) << "without what HAPI puts around it";
  }
  EXPECT_EQ(only(R"({"operationType":"UPDATE","payload":)" + bare_ + "}"), read_);
}

TEST_F(KnownEnvelopesTest, HapisDeletionNamesWhatWasDeleted) {
  EXPECT_EQ(only(hapi(R"("operationType":"DELETE","payload":)" + as_json_text(bare_) +
                      R"(,"payloadId":"Observation/a/_history/2")")),
            "0 Observation/a  deletion")
      << "newer versions send along what was deleted";
  EXPECT_EQ(items_[0].change.version.number, 2U);
  EXPECT_EQ(only(hapi(R"("resourceId":"http://fhir/Observation/a","operationType":"DELETE")")),
            "0 Observation/a  deletion")
      << "older ones";
  EXPECT_EQ(only(hapi(R"("operationType":"DELETE","payloadId":"Patient/17")")), "0   ignored/other-resource");
  EXPECT_EQ(only(hapi(R"("operationType":"DELETE","payload":)" + as_json_text(bare_))), "0   dead/not-fhir");
}

TEST_F(KnownEnvelopesTest, ADeletionIsOneWhateverThePointersSay) {
  envelopes_ = {"/payload/payload", "/payload/before"};
  EXPECT_EQ(only(hapi(R"("operationType":"UPDATE","payload":)" + as_json_text(bare_))), read_);
  const std::string payload = R"("payload":)" + as_json_text(bare_);
  EXPECT_EQ(only(hapi(R"("operationType":"DELETE","payloadId":"Observation/a",)" + payload)),
            "0 Observation/a  deletion");
  EXPECT_EQ(only(hapi(R"("operationType":"DELETE",)" + payload)), "0   dead/not-fhir");
  EXPECT_EQ(only(hapi(R"("operationType":"ERASE",)" + payload)), "0   dead/not-fhir");
  EXPECT_EQ(only(hapi(R"("operationType":"UPDATE","operationType":"DELETE",)" + payload)), "0   dead/duplicate-key");
  EXPECT_EQ(only(debezium(R"("op":"d","before":)" + bare_ + R"(,"after":null)")), "0 Observation/a  deletion");
}

TEST_F(KnownEnvelopesTest, AMessageOfHapiWithoutAPayloadIsCounted) {
  EXPECT_EQ(only(hapi(R"("operationType":"UPDATE","payloadId":"Observation/a")")), "0   ignored/other-resource");
  EXPECT_EQ(only(hapi(R"("operationType":"UPDATE","payload":"","payloadId":"Observation/a")")),
            "0   ignored/other-resource");
  EXPECT_EQ(only(hapi(R"("operationType":"UPDATE","payload":"<Observation/>")")), "0   dead/malformed-json");
  EXPECT_EQ(items_[0].bytes, "");
  EXPECT_EQ(only(hapi(R"("operationType":"UPDATE","payload":7)")), "0   dead/not-fhir");
}

TEST_F(KnownEnvelopesTest, ARowAfterItsChangeIsTheResource) {
  for (const char* operation : {"c", "u", "r"}) {
    const std::string head = R"("op":")" + std::string(operation) + R"(","before":null,"after":)";
    EXPECT_EQ(only(debezium(head + bare_)), read_);
    EXPECT_EQ(only(debezium(head + as_json_text(bare_))), read_) << "as MongoDB's connector has it";
    EXPECT_EQ(only("{" + head + bare_ + "}"), read_) << "without schema";
    EXPECT_EQ(only(debezium(head + "null")), "0   dead/not-fhir");
    EXPECT_EQ(only(debezium(head + R"({"id":1,"body":"{}"})")), "0   dead/not-fhir") << "a row around it";
  }
  EXPECT_EQ(only(debezium(R"("op":"t","before":null,"after":null)")), "0   ignored/other-resource");
  EXPECT_EQ(only(debezium(R"("op":"x","before":null,"after":)" + bare_)), "0   dead/not-fhir");
  EXPECT_EQ(only(debezium(R"("op":1,"after":)" + bare_)), "0   dead/not-fhir");
}

TEST_F(KnownEnvelopesTest, AColumnOfARowNeedsAPointer) {
  envelopes_ = {"/payload/after/body"};
  EXPECT_EQ(only(debezium(R"("op":"c","before":null,"after":{"id":1,"body":)" + as_json_text(bare_) + "}")), read_);
  EXPECT_EQ(only(debezium(R"("op":"d","before":{"id":1},"after":null)")), "0   dead/not-fhir");
  EXPECT_THAT(items_[0].text, HasSubstr("deleted"));
}

TEST_F(KnownEnvelopesTest, ARowBeforeItsDeletionNamesIt) {
  const std::string versioned = ObservationJson().set("id", R"("a")").set("meta", R"({"versionId":"3"})").text();
  for (const std::string& before : {versioned, as_json_text(versioned)}) {
    EXPECT_EQ(only(debezium(R"("op":"d","after":null,"before":)" + before)), "0 Observation/a  deletion");
    EXPECT_EQ(items_[0].change.version.number, 3U);
  }
  const auto deletion = [&](const std::string& before) {
    return only(debezium(R"("op":"d","after":null,"before":)" + before));
  };
  EXPECT_EQ(deletion(R"({"resourceType":"Patient","id":"17"})"), "0   ignored/other-resource");
  EXPECT_EQ(deletion("null"), "0   dead/not-fhir");
  EXPECT_EQ(deletion(R"({"id":"a"})"), "0   dead/not-fhir");
  EXPECT_EQ(deletion("[]"), "0   dead/not-fhir");
  EXPECT_EQ(deletion(R"("{")"), "0   dead/malformed-json");
  EXPECT_EQ(deletion(R"({"resourceType":"Observation","id":"a","id":"b"})"), "0   dead/duplicate-key");
  EXPECT_EQ(only(debezium(R"("op":"d","after":null)")), "0   dead/not-fhir");
}

TEST_F(KnownEnvelopesTest, KeysThatStandTwiceAreRefused) {
  const std::string data = R"("data":)" + bare_;
  const std::string payload = R"("payload":)" + as_json_text(bare_);
  const std::string after = R"("after":)" + bare_;
  for (const std::string& record :
       {event(data + "," + data), event(data + R"(,"specversion":1)"), event(data + R"(,"type":"x")"),
        hapi(R"("operationType":"UPDATE",)" + payload + "," + payload),
        hapi(R"("operationType":"UPDATE","operationType":7,)" + payload),
        R"({"payload":{"operationType":"UPDATE",)" + payload + R"(},"payload":7})",
        debezium(R"("op":"c",)" + after + "," + after), debezium(R"("op":"c","op":null,)" + after)}) {
    EXPECT_EQ(only(record), "0   dead/duplicate-key");
    EXPECT_EQ(items_[0].bytes, "");
  }
  EXPECT_EQ(only(event(data + R"(,"traceid":"1","traceid":"2")")), read_) << "nothing hangs on it";
}

TEST_F(KnownEnvelopesTest, WhatOnlyLooksSimilarIsNotFhir) {
  for (const char* record :
       {"{}", R"({"payload":"x"})", R"({"payload":{"op":"d"}})", R"({"op":"d"})", R"({"operationType":"DELETE"})",
        R"({"payload":{"payload":{"operationType":"DELETE","payloadId":"Observation/a"}}})",
        R"([{"specversion":"1.0"}])"}) {
    EXPECT_EQ(only(record), "0   dead/not-fhir") << record;
    EXPECT_EQ(items_[0].bytes, "");
  }
}

TEST_F(KnownEnvelopesTest, ASchemaRegistrysHeaderIsNamed) {
  // Schema numbers from 128 on are no UTF-8, and neither is what another format writes behind them.
  for (const std::string& header : {std::string("\0\0\0\0\7", 5), std::string("\0\0\1\x86\xA1", 5)}) {
    EXPECT_EQ(only(header + bare_), "0   dead/malformed-json");
    EXPECT_THAT(items_[0].text, HasSubstr("schema registry"));
    EXPECT_EQ(only(header + "\x0E\xFF\xFE"), "0   dead/malformed-json");
    EXPECT_THAT(items_[0].text, HasSubstr("schema registry"));
  }
  EXPECT_EQ(only("\x1F\x8B\x08"), "0   dead/invalid-utf8") << "gzip";
}

// R4 backport and R5: `empty` and `id-only` notifications bring no resource to read.
TEST_F(KnownEnvelopesTest, NotificationsWithoutContentAreCountedWithTheReason) {
  const auto notification = [](const std::string& status, const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"history","entry":[{"resource":)" + status + "}" + entries + "]}";
  };
  const std::string by_id =
      R"(,{"fullUrl":"https://h/fhir/Observation/a","request":{"method":"PUT","url":"Observation/a"}})";
  for (const std::string status : {R"({"resourceType":"Parameters"})", R"({"resourceType":"SubscriptionStatus"})"}) {
    EXPECT_EQ(only(notification(status, "")), "0   ignored/other-resource");
    EXPECT_EQ(items_[0].text, "the status of a subscription's notification");
    EXPECT_THAT(rows(notification(status, by_id)),
                ElementsAre("0   ignored/other-resource", "1   ignored/other-resource"));
    EXPECT_THAT(items_[1].text, HasSubstr("by id only"));
  }
}

}  // namespace
}  // namespace coagwatch::fhir
