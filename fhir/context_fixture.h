#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fhir/datetime.h"
#include "fhir/intake.h"

namespace coagwatch::fhir {

/// For tests: `sepsis yes 2026-01-01T00:00:00Z..; shock no ..2026-…`, in the order of the facts' names; `nothing`,
/// `removal`.
inline std::string text_of(const ContextFacts& context) {
  if (context.kind == ContextFacts::Kind::nothing) return "nothing";
  if (context.kind == ContextFacts::Kind::removal) return "removal";
  std::vector<std::string> all;
  for (const rules::FactSpan& fact : context.facts) {
    std::string text(rules::fact_name(fact.fact));
    text.append(" ").append(rules::tristate_name(fact.value)).append(" ");
    if (fact.start.known()) append_instant(fact.start, text);
    text.append("..");
    if (fact.end.known()) append_instant(fact.end, text);
    all.push_back(text);
  }
  std::sort(all.begin(), all.end());
  std::string joined;
  for (const std::string& each : all) joined.append(joined.empty() ? "" : "; ").append(each);
  return joined;
}

/// For tests: reads context resources and writes what they say as text.
class ContextTest : public ::testing::Test {
 protected:
  /// The first item of that record.
  const Item& read(const std::string& json) {
    const auto items = intake_.read(json, RecordContext());
    EXPECT_FALSE(items.empty());
    for (const Item& item : items) {
      EXPECT_EQ(item.disposition, Disposition::ignored);
      EXPECT_EQ(item.reason, Reason::other_resource);
    }
    return items.front();
  }
  /// As text_of.
  std::string facts(const std::string& json) { return text_of(read(json).context); }

  /// A resource about Patient/17 with these members besides.
  static std::string resource(const std::string& type, const std::string& members) {
    return R"({"resourceType":")" + type + R"(","id":"r1","subject":{"reference":"Patient/17"},)" + members + "}";
  }
  static std::string coded(const std::string& system, const std::string& code) {
    return R"({"coding":[{"system":")" + system + R"(","code":")" + code + R"("}]})";
  }
  static std::string icd(const std::string& code) { return coded("http://hl7.org/fhir/sid/icd-10", code); }
  static std::string atc(const std::string& code) { return coded("http://www.whocc.no/atc", code); }
  static std::string snomed(const std::string& code) { return coded("http://snomed.info/sct", code); }

  Terminology terminology_;
  Intake intake_{terminology_, rules::SiteProfile(), IntakeLimits(), TimeZone(), "urn:coagwatch"};
};

}  // namespace coagwatch::fhir
