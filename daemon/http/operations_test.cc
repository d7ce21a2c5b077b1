#include "daemon/http/operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/http/route_table.h"

namespace coagwatch::daemon {
namespace {

using testing::HasSubstr;

class OperationsTest : public testing::Test {
 protected:
  HttpResponse get(std::string_view target) {
    HttpRequest request;
    request.method = "GET";
    return routes_.answer(request, target).response;
  }

  Health health_{1, std::chrono::seconds(10)};
  Metrics metrics_{{"0.1.0", "2.8.0", "abc"}};
  static VersionInfo version() { return {"0.1.0", "2.8.0", "abc", 7}; }
  static std::string partitions() { return R"({"partitions":[]})"; }
  RouteTable routes_{operation_routes(health_, metrics_, version, partitions)};
};

TEST_F(OperationsTest, LivezFollowsTheLoops) {
  EXPECT_EQ(get("/livez").status, 200U);
  health_.tick(0, Health::Clock::now() - std::chrono::seconds(11));
  EXPECT_EQ(get("/livez").status, 503U);
  EXPECT_THAT(get("/livez").body, HasSubstr(R"("live":false)"));
}

TEST_F(OperationsTest, ReadyzSaysWhyNot) {
  EXPECT_EQ(get("/readyz").status, 503U);
  EXPECT_EQ(get("/readyz").body, R"({"ready":false,"reasons":["worker 0: starting"]})");
  health_.set_ready(0, true, "");
  EXPECT_EQ(get("/readyz").status, 200U);
}

TEST_F(OperationsTest, VersionAndStatusAreJson) {
  EXPECT_EQ(get("/version").body, R"({"version":"0.1.0","librdkafka":"2.8.0","ruleset":{"hash":"abc","sequence":7}})");
  EXPECT_EQ(get("/status").body, R"({"partitions":[]})");
  EXPECT_EQ(get("/status").content_type, "application/json");
}

TEST_F(OperationsTest, UnmappedCodesAreListedByCount) {
  EXPECT_EQ(get("/api/v1/unmapped").body, R"({"codes":[],"other":0})");
  fhir::UnmappedCodes codes(10);
  codes.add("urn:lab|A", "Natrium", "");
  codes.add("urn:lab|B", "", "", 2);
  metrics_.add_unmapped(codes);
  metrics_.add_unmapped(codes);
  EXPECT_EQ(get("/api/v1/unmapped").status, 200U);
  EXPECT_EQ(get("/api/v1/unmapped").content_type, "application/json");
  EXPECT_EQ(get("/api/v1/unmapped").body,
            R"({"codes":[{"code":"urn:lab|B","display":null,"why":null,"count":4},)"
            R"({"code":"urn:lab|A","display":"Natrium","why":null,"count":2}],"other":0})");
  EXPECT_THAT(get("/metrics").body, HasSubstr("coagwatch_unmapped_codes_total{code=\"urn:lab|B\"} 4\n"));
}

TEST_F(OperationsTest, MetricsArePrometheusText) {
  EXPECT_EQ(get("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(get("/metrics").body, HasSubstr("coagwatch_build_info{"));
}

TEST(PercentDecoded, TakesEscapesAndRefusesBrokenOnes) {
  EXPECT_EQ(percent_decoded("/a%20b%2Fc%c3%a9"), "/a b/c\xC3\xA9");
  EXPECT_EQ(percent_decoded("%41"), "A");
  for (const char* bad : {"%", "%4", "a%zz", "%00", "%4g"}) EXPECT_EQ(percent_decoded(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace coagwatch::daemon
