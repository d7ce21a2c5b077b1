#include "daemon/http/patients.h"

#include <gtest/gtest.h>

#include "daemon/http/route_table.h"

namespace coagwatch::daemon {
namespace {

HttpResponse get(const std::string& listen, std::string_view target) {
  const RouteTable routes(patient_routes(listen, [](const std::string& key) {
    HttpResponse response;
    response.body = key;
    return response;
  }));
  HttpRequest request;
  request.method = "GET";
  return routes.answer(std::move(request), target).response;
}

TEST(PatientRoutes, TheKeyIsWhatFollowsEncodedOrNot) {
  EXPECT_EQ(get("127.0.0.1:8080", "/api/v1/patients/Patient%2F17").body, "Patient/17");
  EXPECT_EQ(get("[::1]:8080", "/api/v1/patients/Patient/17?x=1").body, "Patient/17");
  EXPECT_EQ(get("localhost:8080", "/api/v1/patients/urn:uuid:17").body, "urn:uuid:17");
  EXPECT_EQ(get("127.0.0.1:8080", "/api/v1/patients/https%3A%2F%2Fa.org%2FPatient%2F1").body,
            "https://a.org/Patient/1");
}

TEST(PatientRoutes, WithoutAKeyThereIsNothing) {
  EXPECT_EQ(get("127.0.0.1:8080", "/api/v1/patients/").status, 404U);
  EXPECT_EQ(get("127.0.0.1:8080", "/api/v1/patients").status, 404U);
}

TEST(PatientRoutes, NobodyIsShownToOtherMachines) {
  for (const char* listen : {"0.0.0.0:8080", "[::]:8080", "192.168.1.7:8080"}) {
    const HttpResponse response = get(listen, "/api/v1/patients/Patient/17");
    EXPECT_EQ(response.status, 403U) << listen;
    EXPECT_EQ(response.body.find("17"), std::string::npos);
  }
}

}  // namespace
}  // namespace coagwatch::daemon
