#include "fhir/resource_locator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
      std::string text = resource.role == Role::root ? "root " : resource.role == Role::entry ? "entry " : "bare ";
      text += std::to_string(resource.entry) + " of " + std::to_string(resource.parent) + " ";
      all.push_back(text.append(resource.type).append("/").append(resource.id));
    }
    return all;
  }

  ResourceLocator locator_{8};
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

TEST_F(ResourceLocatorTest, WhatIsNoObjectOrNoTextIsNotTakenForOne) {
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":[1,"x",null,[{}],{"resource":[{"resourceType":"Observation"}]},
      {"fullUrl":7,"resource":{"resourceType":["Observation"],"id":{"id":"x"}}}]})"),
            Outcome::found);
  EXPECT_THAT(described(), ElementsAre("root 0 of -1 Bundle/", "bare 0 of 0 /", "entry 1 of 0 /"));
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":{"resource":{"resourceType":"Observation"}}})"), Outcome::found);
  EXPECT_THAT(described(), ElementsAre("root 0 of -1 Bundle/"));
}

TEST_F(ResourceLocatorTest, KeysThatStandTwiceAreNamed) {
  ASSERT_EQ(locate(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"},"resource":{}}],"entry":[
      {"resource":{"resourceType":"Observation","resourceType":"Observation"}},{"request":{},"request":{}}]})"),
            Outcome::found);
  ASSERT_EQ(found().size(), 4U);
  EXPECT_EQ(found()[0].duplicate, "entry");
  EXPECT_EQ(found()[1].duplicate, "resource");
  EXPECT_EQ(found()[2].duplicate, "resourceType");
  EXPECT_EQ(found()[3].duplicate, "request");
}

TEST_F(ResourceLocatorTest, EntriesAreLimitedOverAllBundles) {
  const std::string three = R"({"resourceType":"Bundle","entry":[{},{},{}]})";
  EXPECT_EQ(locate(R"({"resourceType":"Bundle","entry":[{"resource":)" + three + R"(},{"resource":)" + three + "}]}"),
            Outcome::found);
  EXPECT_EQ(
      locate(R"({"resourceType":"Bundle","entry":[{},{"resource":)" + three + R"(},{"resource":)" + three + "}]}"),
      Outcome::too_many_entries);
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
