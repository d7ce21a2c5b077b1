// What stands at the JSON pointers of input.envelope.

#include <gmock/gmock.h>

#include "fhir/envelope_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class IntakeEnvelopeTest : public EnvelopeTest {
 protected:
  IntakeEnvelopeTest() { envelopes_ = {"/fhir", "/fhir_obs"}; }
};

TEST_F(IntakeEnvelopeTest, AnObjectOrATextIsLikeARecordOfItsOwn) {
  const std::string bare = observation("a");
  for (const std::string& value : {bare, as_json_text(bare), as_json_text("\xEF\xBB\xBF" + bare)}) {
    EXPECT_THAT(rows(R"({"id":3,"fhir":)" + value + "}"), ElementsAre("0 Observation/a Patient/17 candidate"));
    EXPECT_EQ(describe(items_[0].change.result.value), "45");
  }
}

TEST_F(IntakeEnvelopeTest, ALongTextWithEveryEscapeIsDecoded) {
  const std::string bare = ObservationJson()
                               .set("text", R"({"div":"<div title=\"q\">\\ \u00e4 \ud83e\ude78 / é</div>"})")
                               .set("note", '"' + std::string(20'000, 'n') + '"')
                               .text();
  std::string escaped;
  for (const char c : bare) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      escaped += c;
    } else {
      escaped.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
  }
  EXPECT_THAT(rows(R"({"fhir":")" + escaped + R"("})"), ElementsAre("0 Observation/a1 Patient/17 candidate"));
  EXPECT_EQ(items_[0].bytes, bare);
}

// As the university hospital of Marburg's laboratory feed has it.
TEST_F(IntakeEnvelopeTest, AReportAndAListOfObservationsAreEntries) {
  const std::string report =
      R"({"resourceType":"DiagnosticReport","id":"r","status":"final","effectiveDateTime":"2026-01-02T06:00:00Z",)"
      R"("result":[{"reference":"Observation/a"}]})";
  const std::string undated = ObservationJson().set("id", R"("a")").remove("effectiveDateTime").text();
  EXPECT_THAT(rows(R"({"id":3,"fhir":)" + as_json_text(report) + R"(,"fhir_obs":)" +
                   as_json_text("[" + undated + ", " + observation("b") + "]") + "}"),
              ElementsAre("0 DiagnosticReport/r  ignored/other-resource", "1 Observation/a Patient/17 candidate",
                          "2 Observation/b Patient/17 candidate"));
  EXPECT_EQ(format_instant(items_[1].change.result.at), "2026-01-02T06:00:00Z") << "the report tells the time";
}

TEST_F(IntakeEnvelopeTest, TheOrderIsThatOfTheSettings) {
  EXPECT_THAT(rows(R"({"fhir_obs":[)" + observation("b") + R"(],"fhir":)" + observation("a") + "}"),
              ElementsAre("0 Observation/a Patient/17 candidate", "1 Observation/b Patient/17 candidate"));
  EXPECT_THAT(rows(R"({"fhir":null,"fhir_obs":[)" + observation("b") + "]}"),
              ElementsAre("0 Observation/b Patient/17 candidate"));
  EXPECT_THAT(rows(R"({"fhir":[],"fhir_obs":"[]"})"), ElementsAre("0   ignored/other-resource"));
}

TEST_F(IntakeEnvelopeTest, ABundleInsideIsReadAsOne) {
  const std::string bundle = bundle_of({observation("a"), observation("b")});
  EXPECT_THAT(rows(R"({"fhir":)" + as_json_text(bundle) + "}"),
              ElementsAre("0 Observation/a Patient/17 candidate", "1 Observation/b Patient/17 candidate"));
  EXPECT_THAT(rows(R"({"fhir":[)" + observation("c") + "," + bundle + "]}"),
              ElementsAre("0 Observation/c Patient/17 candidate", "1 Observation/a Patient/17 candidate",
                          "1 Observation/b Patient/17 candidate"));
  const std::string twice = bundle.substr(0, bundle.size() - 1) + R"(,"entry":[]})";
  EXPECT_THAT(rows(R"({"fhir":)" + as_json_text(twice) + "}"), ElementsAre("0   dead/duplicate-key"));
  EXPECT_EQ(items_[0].bytes, twice);
}

TEST_F(IntakeEnvelopeTest, ABadResourceIsDeadByItselfAndWithItsOwnBytes) {
  const std::string bad = ObservationJson().set("id", R"("x")").remove("subject").text();
  EXPECT_THAT(rows(R"({"fhir":)" + as_json_text(bad) + "}"), ElementsAre("0 Observation/x  dead/no-subject"));
  EXPECT_EQ(items_[0].bytes, bad) << "what the text means, which can be played again";
  EXPECT_THAT(rows(R"({"fhir_obs":)" + as_json_text("[" + bad + ",{},7," + observation("b") + "]") + "}"),
              ElementsAre("0 Observation/x  dead/no-subject", "1   dead/not-fhir", "2   dead/not-fhir",
                          "3 Observation/b Patient/17 candidate"));
  EXPECT_EQ(items_[0].bytes, bad);
  EXPECT_EQ(items_[1].bytes, "{}");
  EXPECT_EQ(items_[2].bytes, "") << "the whole record";
}

TEST_F(IntakeEnvelopeTest, ABrokenEnvelopeIsOneDeadLetterOfTheRecord) {
  const auto broken = [&](const std::string& value) {
    const auto all = rows(R"({"fhir":)" + value + "}");
    EXPECT_EQ(items_[0].bytes, "") << value;
    EXPECT_TRUE(items_[0].text.starts_with("/fhir: ")) << items_[0].text;
    return all.front();
  };
  EXPECT_EQ(broken(R"("")"), "0   dead/malformed-json");
  EXPECT_EQ(broken(R"("{\"resourceType\":")"), "0   dead/malformed-json");
  EXPECT_EQ(broken(as_json_text(observation("a") + "x")), "0   dead/malformed-json");
  EXPECT_EQ(broken(R"("{\"a\":\"\u0000\"}")"), "0   dead/malformed-json");
  EXPECT_EQ(broken("7"), "0   dead/not-fhir");
  EXPECT_EQ(broken("true"), "0   dead/not-fhir");
  EXPECT_EQ(broken(R"("7")"), "0   dead/not-fhir");
  EXPECT_EQ(broken(as_json_text(as_json_text(observation("a")))), "0   dead/not-fhir") << "a text in a text";
}

TEST_F(IntakeEnvelopeTest, WhatIsBrokenLeavesTheOthersAlone) {
  EXPECT_THAT(rows(R"({"fhir":"{","fhir_obs":[)" + observation("b") + "]}"),
              ElementsAre("0   dead/malformed-json", "1 Observation/b Patient/17 candidate"));
  EXPECT_EQ(items_[0].bytes, "");
}

TEST_F(IntakeEnvelopeTest, AKeyOnTheWayThatStandsTwiceIsRefused) {
  EXPECT_THAT(rows(R"({"fhir":)" + observation("a") + R"(,"fhir":)" + observation("b") + "}"),
              ElementsAre("0   dead/duplicate-key"));
  EXPECT_THAT(rows(R"({"fhir":)" + observation("a") + R"(,"fhir_obs":[],"fhir_obs":[]})"),
              ElementsAre("0   dead/duplicate-key"));
}

TEST_F(IntakeEnvelopeTest, WithoutTheEnvelopeARecordMustBeAResourceItself) {
  EXPECT_THAT(rows(observation("a")), ElementsAre("0 Observation/a Patient/17 candidate"));
  EXPECT_THAT(rows(ObservationJson().set("fhir", R"("{}")").text()),
              ElementsAre("0 Observation/a1 Patient/17 candidate"));
  EXPECT_THAT(rows(R"({"other":)" + observation("a") + "}"), ElementsAre("0   dead/not-fhir"));
  EXPECT_THAT(rows(R"({"resourceType":7,"fhir":)" + observation("a") + "}"), ElementsAre("0   dead/not-fhir"));
  EXPECT_THAT(rows("[]"), ElementsAre("0   dead/not-fhir"));
}

TEST_F(IntakeEnvelopeTest, TheEmptyPointerIsTheWholeRecord) {
  envelopes_ = {""};
  EXPECT_THAT(rows("[" + observation("a") + "," + observation("b") + "]"),
              ElementsAre("0 Observation/a Patient/17 candidate", "1 Observation/b Patient/17 candidate"));
  EXPECT_THAT(rows(as_json_text(observation("a"))), ElementsAre("0 Observation/a Patient/17 candidate"));
  EXPECT_THAT(rows("7"), ElementsAre("0   dead/not-fhir"));
}

TEST_F(IntakeEnvelopeTest, EnvelopesInEnvelopesAreNotOpened) {
  EXPECT_THAT(rows(R"({"fhir":{"fhir":)" + observation("a") + "}}"), ElementsAre("0   dead/not-fhir"));
  EXPECT_THAT(rows(R"({"fhir":{"specversion":"1.0","data":)" + observation("a") + "}}"),
              ElementsAre("0   dead/not-fhir"));
}

TEST_F(IntakeEnvelopeTest, LimitsHoldInside) {
  limits_.entries = 2;
  limits_.depth = 12;
  const std::string two = observation("a") + "," + observation("b");
  EXPECT_THAT(rows(R"({"fhir_obs":[)" + two + "]}"), testing::SizeIs(2));
  EXPECT_THAT(rows(R"({"fhir_obs":[)" + two + ",{}]}"), ElementsAre("0   dead/too-large"));
  EXPECT_EQ(items_[0].text, "/fhir_obs: more elements than limits.entries");
  EXPECT_THAT(rows(R"({"fhir":{},"fhir_obs":[)" + two + "]}"), ElementsAre("0   dead/too-large"));
  EXPECT_THAT(rows(R"({"fhir":[)" + bundle_of({observation("a"), observation("b")}) + "]}"),
              ElementsAre("0   dead/too-large"));
  EXPECT_EQ(items_[0].bytes, "");
  const std::string deep = ObservationJson().set("x", std::string(12, '[') + std::string(12, ']')).text();
  EXPECT_THAT(rows(R"({"fhir":)" + as_json_text(deep) + "}"), ElementsAre("0   dead/too-deep"));
  EXPECT_THAT(rows(R"({"fhir":)" + deep + "}"), ElementsAre("0   dead/too-deep"));
  EXPECT_THAT(rows(R"({"fhir":"{\"x\":1e999}"})"), ElementsAre("0   dead/invalid-value"));
  EXPECT_THAT(rows("{\"fhir\":\"\xFF\"}"), ElementsAre("0   dead/invalid-utf8"));
  EXPECT_THAT(rows(R"({"fhir":"\ud800"})"), ElementsAre("0   dead/malformed-json"));
}

// Quadratic work on it would take minutes.
TEST_F(IntakeEnvelopeTest, ALargeListIsReadInOneGo) {
  limits_.bytes = 64U * 1024 * 1024;
  limits_.entries = 100'000;
  std::string list = "[";
  for (int i = 0; i < 20'000; ++i) list.append(i == 0 ? "" : ",").append(observation(std::to_string(i)));
  EXPECT_THAT(rows(R"({"fhir_obs":)" + as_json_text(list + "]") + "}"), testing::SizeIs(20'000));
  const std::string keys = [] {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += R"("fhir_":1,)";
    return text;
  }();
  EXPECT_THAT(rows("{" + keys + R"("fhir":)" + observation("a") + "}"),
              ElementsAre("0 Observation/a Patient/17 candidate"));
}

TEST_F(IntakeEnvelopeTest, AByteOrderMarkIsSkipped) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_THAT(rows(mark + R"({"fhir":)" + observation("a") + "}"), ElementsAre("0 Observation/a Patient/17 candidate"));
  EXPECT_THAT(rows(mark + bundle_of({observation("a")})), ElementsAre("0 Observation/a Patient/17 candidate"));
}

TEST_F(IntakeEnvelopeTest, WhatABadEntrySaysIsNotWhatThePatientSaid) {
  rows(R"({"fhir":"{\"name\":\"Mustermann\""})");
  EXPECT_THAT(items_[0].text, Not(HasSubstr("Mustermann")));
}

}  // namespace
}  // namespace coagwatch::fhir
