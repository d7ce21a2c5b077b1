// A specimen of several results: each is judged by its own, however many share it, and however much stands in it.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr const char* kUrine = R"("type":{"text":"Urine"})";
constexpr const char* kVenous = R"("type":{"coding":[{"code":"122555007"}]})";
constexpr const char* kClotted = R"("condition":[{"coding":[{"code":"CLOT"}]}])";
constexpr const char* kOtherMaterial = "ignored/specimen";
constexpr const char* kSpoiled = "unusable/clotted-specimen";

class IntakeSharedSpecimenTest : public IntakeTest {
 protected:
  static std::string specimen(const std::string& id, const std::string& members) {
    return R"({"resourceType":"Specimen","id":")" + id + "\"," + members + "}";
  }
  /// A count in that specimen.
  static ObservationJson count(const std::string& id, const std::string& reference) {
    return ObservationJson().set("id", '"' + id + '"').set("specimen", R"({"reference":")" + reference + R"("})");
  }
  static std::string listed(const std::vector<std::string>& elements) {
    std::string text = "[";
    for (std::size_t i = 0; i < elements.size(); ++i) text.append(i == 0 ? "" : ",").append(elements[i]);
    return text + "]";
  }
  static std::string bundle(const std::vector<std::string>& resources) {
    std::vector<std::string> entries;
    for (const std::string& resource : resources) entries.push_back(R"({"resource":)" + resource + "}");
    return R"({"resourceType":"Bundle","type":"collection","entry":)" + listed(entries) + "}";
  }
  /// What became of the Observations in `bytes`.
  std::vector<std::string> outcomes(const std::string& bytes) {
    std::vector<std::string> all;
    for (const Item& item : read_all(bytes)) {
      if (item.reason == Reason::other_resource) continue;
      std::string text(disposition_name(item.disposition));
      if (item.reason != Reason::none) text.append("/").append(reason_name(item.reason));
      all.push_back(std::move(text));
    }
    return all;
  }
  /// Of a count in a contained Specimen.
  std::string of(const std::string& members) {
    return outcome(count("a", "#s").set("contained", listed({specimen("s", members)})));
  }
};

TEST_F(IntakeSharedSpecimenTest, ABundlesSpecimenIsThatOfAllItsResults) {
  const std::vector<std::string> counts = {count("a", "Specimen/s").text(), count("b", "Specimen/s").text(),
                                           count("c", "Specimen/s").text()};
  const auto all = [&](const std::string& members) {
    return outcomes(bundle({counts[0], specimen("s", members), counts[1], counts[2]}));
  };
  EXPECT_THAT(all(kVenous), ElementsAre("candidate", "candidate", "candidate"));
  EXPECT_THAT(all(kUrine), ElementsAre(kOtherMaterial, kOtherMaterial, kOtherMaterial));
  EXPECT_THAT(all(kClotted), ElementsAre(kSpoiled, kSpoiled, kSpoiled));
  EXPECT_THAT(all(kVenous), Each("candidate")) << "nothing is left of the record before";
  EXPECT_THAT(all(R"("id":"s")"), Each("candidate")) << "a key that stands twice: it cannot be read, for nobody";
}

TEST_F(IntakeSharedSpecimenTest, SpecimensUsedInTurnAreNotMixedUp) {
  const std::vector<std::string> counts = {count("a", "Specimen/s").text(), count("b", "Specimen/t").text(),
                                           count("c", "Specimen/s").text(), count("d", "Specimen/u").text(),
                                           count("e", "Specimen/t").text()};
  std::vector<std::string> all = {specimen("s", kUrine), specimen("t", kVenous), specimen("u", kClotted)};
  all.insert(all.end(), counts.begin(), counts.end());
  EXPECT_THAT(outcomes(bundle(all)), ElementsAre(kOtherMaterial, "candidate", kOtherMaterial, kSpoiled, "candidate"));
}

TEST_F(IntakeSharedSpecimenTest, EachTellsItsResultsWhenItWasCollected) {
  const auto collected = [](const std::string& id, const std::string& time) {
    return specimen(id, R"("collection":{"collected)" + time + "}");
  };
  const auto timeless = [](const std::string& id, const std::string& reference) {
    return count(id, reference).remove("effectiveDateTime").text();
  };
  const std::string record =
      bundle({collected("s", R"(DateTime":"2026-01-02T06:00:00Z")"),
              collected("t", R"(Period":{"start":"2026-01-02T06:30:00Z","end":"2026-01-02T07:00:00Z"})"),
              timeless("a", "Specimen/s"), timeless("b", "Specimen/t"), timeless("c", "Specimen/s")});
  std::vector<std::string> times;
  for (const Item& item : read_all(record)) {
    if (item.reason != Reason::other_resource) times.push_back(format_instant(item.change.result.at));
  }
  EXPECT_THAT(times, ElementsAre("2026-01-02T06:00:00Z", "2026-01-02T07:00:00Z", "2026-01-02T06:00:00Z"));
}

TEST_F(IntakeSharedSpecimenTest, ComponentsShareTheSpecimenOfTheWhole) {
  const auto component = [](const char* code, const char* unit) {
    return std::string(R"({"code":{"coding":[{"system":"http://loinc.org","code":")") + code +
           R"("}]},"valueQuantity":{"value":20,"unit":")" + unit + R"("}})";
  };
  ObservationJson panel = count("a", "#s").remove("valueQuantity").loinc("58410-2");
  panel.set("component",
            listed({component("777-3", "10*9/L"), component("6690-2", "10*9/L"), component("48065-7", "mg/L")}));
  const auto all = [&](const std::string& members) {
    return outcomes(panel.set("contained", listed({specimen("s", members)})).text());
  };
  EXPECT_THAT(all(kUrine), ElementsAre(kOtherMaterial, kOtherMaterial, kOtherMaterial));
  EXPECT_THAT(all(kClotted), ElementsAre(kSpoiled, "candidate", kSpoiled)) << "leukocytes are not spoiled";
  EXPECT_THAT(all(kVenous), Each("candidate")) << "nothing is left of the Observation before";
}

TEST_F(IntakeSharedSpecimenTest, AReportsContainedSpecimensAreThoseOfItsResults) {
  const auto report = [](const std::string& first, const std::string& second) {
    return R"({"resourceType":"DiagnosticReport","id":"r","contained":)" +
           listed({specimen("s", first), count("a", "#s").text(), specimen("t", second), count("b", "#t").text(),
                   count("c", "#s").text()}) +
           "}";
  };
  const std::string record = bundle({report(kUrine, kClotted), report(kVenous, kUrine)});
  EXPECT_THAT(outcomes(record), ElementsAre(kOtherMaterial, kSpoiled, kOtherMaterial,  //
                                            "candidate", kOtherMaterial, "candidate"))
      << "each report has its own";
}

TEST_F(IntakeSharedSpecimenTest, AModifierIsOfItsObservationAlone) {
  ObservationJson lipaemic = count("a", "Specimen/s");
  lipaemic.set("modifierExtension",
               R"([{"url":"https://www.medizininformatik-initiative.de/fhir/core/modul-labor/StructureDefinition/)"
               R"(InterpretationsbeeinflussendeEigenschaft","valueCoding":{"code":"118127007"}}])");
  ObservationJson unknown = count("c", "Specimen/s");
  unknown.set("modifierExtension", R"([{"url":"http://x"}])");
  const std::string record = bundle({lipaemic.text(), count("b", "Specimen/s").text(), unknown.text(),
                                     count("d", "Specimen/s").text(), specimen("s", kVenous)});
  EXPECT_THAT(outcomes(record), ElementsAre("candidate", "candidate", "dead/modifier-extension", "candidate"));
  const std::span<Item> items = read_all(record);
  EXPECT_EQ(items[0].change.result.flags, rules::kFlagLipaemic);
  EXPECT_EQ(items[1].change.result.flags, 0U);
}

TEST_F(IntakeSharedSpecimenTest, OfATextTheFirst256BytesAreRead) {
  const auto text_of = [](std::size_t before, const std::string& word) {
    return R"("type":{"text":")" + std::string(before, 'x') + " " + word + R"("})";
  };
  EXPECT_EQ(of(text_of(249, "Urine xxx")), kOtherMaterial);
  EXPECT_EQ(of(text_of(300, "Urine")), "candidate");
  EXPECT_EQ(of(R"("type":{"text":"Urine )" + std::string(300, 'x') + R"("})"), kOtherMaterial);
  EXPECT_EQ(of(R"("type":{"coding":[{"display":"Urine )" + std::string(300, 'x') + R"("}]})"), kOtherMaterial);
  EXPECT_EQ(of(R"("condition":[{"text":"Probe geronnen)" + std::string(300, ' ') + R"("}])"), kSpoiled);
}

TEST_F(IntakeSharedSpecimenTest, OfAListTheFirst64AreRead) {
  const auto behind = [](std::size_t before, const std::string& other, const std::string& last) {
    std::vector<std::string> all(before, other);
    all.push_back(last);
    return listed(all);
  };
  const auto type = [&](std::size_t before) {
    return R"("type":{"coding":)" + behind(before, R"({"code":"x"})", R"({"display":"Urine"})") + "}";
  };
  const auto condition = [&](std::size_t before) {
    return R"("condition":)" + behind(before, R"({"text":"x"})", R"({"text":"clotted"})");
  };
  EXPECT_EQ(of(type(63)), kOtherMaterial);
  EXPECT_EQ(of(type(64)), "candidate");
  EXPECT_EQ(of(condition(63)), kSpoiled);
  EXPECT_EQ(of(condition(64)), "candidate");
}

}  // namespace
}  // namespace coagwatch::fhir
