#include "fhir/resource_locator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace coagwatch::fhir {
namespace {

using Role = LocatedResource::Role;
using Outcome = ResourceLocator::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

/// `entry 3 of 0 Observation/a1 {…}` for each that was found.
class ResourceLocatorTest : public testing::Test {
 protected:
  Outcome locate(std::string record) {
    record_ = std::move(record);
    return locator_.locate(record_);
  }
  const std::vector<LocatedResource>& found() const { return locator_.resources(); }
  std::vector<std::string> described() const {
    std::vector<std::string> all;
    for (const LocatedResource& resource : found()) {
      constexpr std::array kRoles = {"root ", "entry ", "bare ", "contained "};
      std::string text = kRoles[static_cast<std::size_t>(resource.role)];
      text += std::to_string(resource.entry) + " of " + std::to_string(resource.parent) + " ";
      all.push_back(text.append(resource.type).append("/").append(resource.id));
    }
    return all;
  }

  ResourceLocator locator_{9};
  std::string record_;
};

TEST_F(ResourceLocatorTest, EntriesAreFoundWithTheirBytes) {
  ASSERT_EQ(locate(R"( {"resourceType" : "Bundle", "type":"transaction","id":"b","entry":[
      {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p"} ,"request":{"method":"PUT","url":"Patient/p"}},
      {"resource": {"id":"o","code":{"text":"}{"},"resourceType":"Observation"}}]} )"),
            Outcome::found);
  EXPECT_THAT(described(),
              ElementsAre("root 0 of -1 Bundle/b", "entry 0 of 0 Patient/p", "entry 1 of 0 Observation/o"));
  EXPECT_TRUE(found()[0].bytes.starts_with(R"({"resourceType" :)"));
  EXPECT_TRUE(found()[0].bytes.ends_with("]}"));
  EXPECT_EQ(found()[1].bytes, R"({"resourceType":"Patient","id":"p"})");
  EXPECT_EQ(found()[2].bytes, R"({"id":"o","code":{"text":"}{"},"resourceType":"Observation"})");
  EXPECT_EQ(found()[1].full_url, "urn:uuid:1");
  EXPECT_EQ(found()[1].method, "PUT");
  EXPECT_EQ(found()[1].url, "Patient/p");
  EXPECT_EQ(found()[2].full_url, "");
}

TEST_F(ResourceLocatorTest, EntriesWithoutAResource) {
  ASSERT_EQ(locate(R"({"entry":[{"request":{"method":"DELETE","url":"Observation/1"}},{},
      {"response":{"status":"201","location":"Patient/1"}}],"resourceType":"Bundle"})"),
            Outcome::found);
  EXPECT_THAT(described(), ElementsAre("root 0 of -1 Bundle/", "bare 0 of 0 /", "bare 1 of 0 /", "bare 2 of 0 /"));
  EXPECT_EQ(found()[1].bytes, R"({"request":{"method":"DELETE","url":"Observation/1"}})");
  EXPECT_EQ(found()[1].method, "DELETE");
  EXPECT_EQ(found()[2].bytes, "{}");
}

TEST_F(ResourceLocatorTest, BundlesInBundlesCountAsTheirOutermostEntry) {
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"0"}},
      {"resource":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"1"}},
        {"resource":{"resourceType":"Observation","id":"2"}}]}},
      {"resource":{"resourceType":"Observation","id":"3"}}]})"),
            Outcome::found);
  EXPECT_THAT(described(),
              ElementsAre("root 0 of -1 Bundle/", "entry 0 of 0 Patient/0", "entry 1 of 0 Bundle/",
                          "entry 1 of 2 Observation/1", "entry 1 of 2 Observation/2", "entry 2 of 0 Observation/3"));
}

TEST_F(ResourceLocatorTest, OnlyBundlesHaveEntries) {
  ASSERT_EQ(
      locate(R"({"resourceType":"Bundle","entry":[{"resource":{"entry":[{"resource":{"resourceType":"Observation"}}],
      "resourceType":"List"}},{"resource":{"resourceType":"Observation","contained":[{"resourceType":"Patient"}],
      "extension":[{"entry":[{"resource":{"resourceType":"Observation"}}]}]}}]})"),
      Outcome::found);
  EXPECT_THAT(described(), ElementsAre("root 0 of -1 Bundle/", "entry 0 of 0 List/", "entry 1 of 0 Observation/"));
}

TEST_F(ResourceLocatorTest, WhatIsNoObjectIsFoundAsAProblemInItsPlace) {
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":[1,"x",null,[{}],{"resource":[{"resourceType":"Observation"}]},
      {"fullUrl":7,"resource":{"resourceType":["Observation"],"id":{"id":"x"}}},{"resource":"x"},{"resource":null}]})"),
            Outcome::found);
  EXPECT_THAT(described(),
              ElementsAre("root 0 of -1 Bundle/", "entry 0 of 0 /", "entry 1 of 0 /", "entry 2 of 0 /",
                          "entry 3 of 0 /", "bare 4 of 0 /", "entry 5 of 0 /", "bare 6 of 0 /", "bare 7 of 0 /"));
  std::vector<bool> problems;
  for (const LocatedResource& resource : found()) problems.push_back(!resource.problem.empty());
  EXPECT_THAT(problems, ElementsAre(false, true, true, true, true, true, false, true, false));
}

TEST_F(ResourceLocatorTest, ABundleWithoutAListOfEntriesHasAProblem) {
  for (const char* wrong : {R"({"resource":{"resourceType":"Observation"}})", "5", R"("x")", "true"}) {
    ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":)" + std::string(wrong) + "}"), Outcome::found);
    EXPECT_THAT(described(), ElementsAre("root 0 of -1 Bundle/"));
    EXPECT_EQ(found()[0].problem, "entry: expected a list") << wrong;
  }
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":null})"), Outcome::found);
  EXPECT_EQ(found()[0].problem, "");
}

TEST_F(ResourceLocatorTest, WhatTheRootContainsIsFound) {
  ASSERT_EQ(locate(R"({"contained":[{"resourceType":"Patient","id":"p"},7,{"resourceType":"Observation","id":"o",
      "contained":[{"resourceType":"Observation"}]}],"resourceType":"DiagnosticReport","id":"r"})"),
            Outcome::found);
  EXPECT_THAT(described(), ElementsAre("root 0 of -1 DiagnosticReport/r", "contained 0 of 0 Patient/p",
                                       "contained 0 of 0 Observation/o"));
  EXPECT_EQ(found()[1].bytes, R"({"resourceType":"Patient","id":"p"})");
}

TEST_F(ResourceLocatorTest, WhatAnEntrySaysBesidesItsResourceIsFound) {
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","implicitRules":"x","entry":[{"modifierExtension":[],
      "request":{"method":"DELETE","url":"Observation/1","ifNoneExist":"identifier=s|1"},
      "response":{"etag":"W/\"2\"","lastModified":"2026-01-02T08:00:00Z"}}]})"),
            Outcome::found);
  ASSERT_EQ(found().size(), 2U);
  EXPECT_TRUE(found()[0].implicit_rules);
  EXPECT_FALSE(found()[0].modifier_extension);
  const LocatedResource& entry = found()[1];
  EXPECT_EQ(entry.method, "DELETE");
  EXPECT_EQ(entry.url, "Observation/1");
  EXPECT_EQ(entry.if_none_exist, "identifier=s|1");
  EXPECT_EQ(entry.etag, R"(W/"2")");
  EXPECT_EQ(entry.last_modified, "2026-01-02T08:00:00Z");
  EXPECT_TRUE(entry.modifier_extension);
}

TEST_F(ResourceLocatorTest, KeysThatStandTwiceAreNamed) {
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"},"resource":{}}],"entry":[
      {"resource":{"resourceType":"Observation","resourceType":"Observation"}},{"request":{},"request":{}},
      {"fullUrl":"a","fullUrl":"b"},{"request":{"url":"a","url":"b"}},{"request":{"method":"a","method":"b"}},
      {"response":{"etag":"a","etag":"b"}},{"resource":{"id":"a","id":"b"}}]})"),
            Outcome::found);
  ASSERT_EQ(found().size(), 9U);
  EXPECT_EQ(found()[0].duplicate, "entry");
  EXPECT_EQ(found()[1].duplicate, "resource");
  EXPECT_EQ(found()[2].duplicate, "resourceType");
  EXPECT_EQ(found()[3].duplicate, "request");
  EXPECT_EQ(found()[4].duplicate, "fullUrl");
  EXPECT_EQ(found()[5].duplicate, "url");
  EXPECT_EQ(found()[6].duplicate, "method");
  EXPECT_EQ(found()[7].duplicate, "etag");
  EXPECT_EQ(found()[8].duplicate, "");
  EXPECT_TRUE(found()[8].two_ids);
}

TEST_F(ResourceLocatorTest, EntriesAreLimitedOverAllBundles) {
  const std::string three = R"({"resourceType":"Bundle","entry":[{},{},{}]})";
  const auto bundle = [&](const std::string& first) {
    return R"({"resourceType":"Bundle","entry":[)" + first + R"({"resource":)" + three + R"(},{"resource":)" + three +
           "}]}";
  };
  EXPECT_EQ(locate(bundle("{},")), Outcome::found);
  EXPECT_EQ(locate(bundle("{},{},")), Outcome::too_many_entries);
  EXPECT_EQ(locate(bundle("{},7,")), Outcome::too_many_entries);
  EXPECT_EQ(locate("{}"), Outcome::found) << "the next record is read as ever";
}

TEST_F(ResourceLocatorTest, WhatIsNoObjectIsMalformed) {
  for (const char* text : {"", "[]", "1", "{", R"({"a":})", R"({"entry":[{"resource":{}})", "{}{}"}) {
    EXPECT_EQ(locate(text), Outcome::malformed) << text;
  }
  EXPECT_EQ(locate("{}"), Outcome::found);
}

}  // namespace
}  // namespace coagwatch::fhir
