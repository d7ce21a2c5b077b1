#include "fhir/bundle_time.h"

#include <gtest/gtest.h>

#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

std::string time_of(std::string_view bundle) {
  const rules::Timestamp time = bundle_time(bundle);
  return time.known() ? format_instant(time) : "none";
}

TEST(BundleTime, IsTheFirstEffectiveTimeElseTheBundles) {
  EXPECT_EQ(time_of(R"({"timestamp":"2026-01-03T00:00:00Z","entry":[{"resource":{"resourceType":"Flag"}},)"
                    R"({"resource":{"effectiveDateTime":"2026-01-02T09:00:00+01:00"}},)"
                    R"({"resource":{"effectiveDateTime":"2026-01-01T08:00:00Z"}}]})"),
            "2026-01-02T08:00:00Z");
  EXPECT_EQ(time_of(R"({"timestamp":"2026-01-03T00:00:00Z","entry":[{"resource":{}},{}]})"), "2026-01-03T00:00:00Z");
}

TEST(BundleTime, IsUnknownWhereNothingSaysIt) {
  for (const char* text : {"", "{", "[]", "1", R"({"entry":{}})", R"({"entry":[1,{"resource":[]}]})",
                           R"({"timestamp":"soon"})", R"({"timestamp":1})"}) {
    EXPECT_EQ(time_of(text), "none") << text;
  }
}

}  // namespace
}  // namespace coagwatch::fhir
