#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "fhir/intake_fixture.h"
#include "fhir/writers_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::Scene;

std::string notification(const Scene& scene) {
  std::string out = "what was there";
  write_notification(scene.context, scene.rules, scene.policy, scene.state, scene.assessment, scene.plan(), out);
  return out;
}

rapidjson::Document parsed(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  EXPECT_FALSE(document.HasParseError());
  return document;
}

std::string text(const rapidjson::Document& document, const char* pointer) {
  const rapidjson::Value* value = rapidjson::Pointer(pointer).Get(document);
  return value != nullptr && value->IsString() ? value->GetString() : "";
}

TEST(NotificationWriterTest, NumbersTheEventAndNamesTheEntries) {
  Scene scene;
  scene.sequence = 3;
  const rapidjson::Document bundle = parsed(notification(scene));
  EXPECT_EQ(text(bundle, "/type"), "history");
  EXPECT_EQ(text(bundle, "/identifier/system"), "urn:coagwatch:sid:notification");
  EXPECT_EQ(text(bundle, "/identifier/value"), "Patient/p-4711|isth-2001/iba|2026-01-02T08:05:00Z|onset|3");
  const std::string parameters = "/entry/0/resource/parameter/";
  EXPECT_EQ(text(bundle, (parameters + "0/valueReference/identifier/value").c_str()), "Patient/p-4711|isth-2001");
  EXPECT_EQ(text(bundle, (parameters + "3/valueCode").c_str()), "event-notification");
  const std::string event = parameters + "4/part/";
  EXPECT_EQ(text(bundle, (event + "0/valueString").c_str()), "3");
  EXPECT_EQ(text(bundle, (event + "1/valueInstant").c_str()), text(bundle, "/timestamp"));
  EXPECT_EQ(text(bundle, (event + "2/valueReference/reference").c_str()), text(bundle, "/entry/2/fullUrl"))
      << "the focus is the Flag";
  EXPECT_EQ(text(bundle, (event + "3/valueReference/reference").c_str()), text(bundle, "/entry/1/fullUrl"));
}

// bdl-3 and bdl-4 of R4: in a history every entry has both.
TEST(NotificationWriterTest, EveryEntryHasRequestAndResponse) {
  Scene scene;
  scene.add_jmhw();
  scene.add_fdp();
  scene.events.push_back(testing::told(rules::AlertKind::onset, rules::Priority::task, 1, 1));
  const rapidjson::Document bundle = parsed(notification(scene));
  ASSERT_EQ(bundle["entry"].Size(), 5U);
  for (const auto& entry : bundle["entry"].GetArray()) {
    EXPECT_TRUE(entry.HasMember("request"));
    EXPECT_TRUE(entry.HasMember("response"));
  }
}

TEST(NotificationWriterTest, HoldsTheResourcesOfTheAlert) {
  Scene scene;
  const rapidjson::Document alert = parsed(scene.alert());
  const rapidjson::Document bundle = parsed(notification(scene));
  ASSERT_EQ(bundle["entry"].Size(), alert["entry"].Size() + 1);
  for (rapidjson::SizeType i = 0; i < alert["entry"].Size(); ++i) {
    EXPECT_TRUE(bundle["entry"][i + 1]["resource"] == alert["entry"][i]["resource"]);
  }
}

TEST(NotificationWriterTest, ANoticeIsAboutItsScore) {
  Scene scene;
  scene.events = {testing::told(rules::AlertKind::trend, rules::Priority::passive, 0, std::nullopt)};
  const rapidjson::Document bundle = parsed(notification(scene));
  ASSERT_EQ(bundle["entry"].Size(), 2U);
  EXPECT_EQ(text(bundle, "/entry/0/resource/parameter/4/part/2/valueReference/reference"),
            text(bundle, "/entry/1/fullUrl"));
  EXPECT_EQ(bundle["entry"][0]["resource"]["parameter"][4]["part"].Size(), 3U);
}

// Both forms of an alert on the input topic bring no result and no fact.
class OwnRecordsTest : public IntakeTest {};

TEST_F(OwnRecordsTest, ComingBackTheyAreIgnored) {
  Scene scene;
  for (const std::string& record : {scene.alert(), notification(scene)}) {
    bool any_score = false;
    for (const Item& item : read_all(record)) {
      EXPECT_EQ(disposition_name(item.disposition), "ignored");
      EXPECT_TRUE(item.context.facts.empty());
      any_score = any_score || item.reason == Reason::own_output;
    }
    EXPECT_TRUE(any_score);
  }
}

}  // namespace
}  // namespace coagwatch::fhir
