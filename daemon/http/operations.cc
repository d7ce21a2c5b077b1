#include "daemon/http/operations.h"

#include <utility>

#include "daemon/log/json_text.h"

namespace coagwatch::daemon {
namespace {

HttpResponse health_response(Health::Report report) {
  HttpResponse response;
  response.status = report.ok ? 200 : 503;
  response.body = std::move(report.json);
  return response;
}

std::string version_json(const VersionInfo& version) {
  std::string json = "{\"version\":";
  append_json_string(json, version.version);
  json += ",\"librdkafka\":";
  append_json_string(json, version.librdkafka);
  json += ",\"ruleset\":{\"hash\":";
  append_json_string(json, version.ruleset);
  json += ",\"sequence\":" + std::to_string(version.ruleset_sequence) + "}}";
  return json;
}

}  // namespace

std::vector<HttpRoute> operation_routes(const Health& health, const Metrics& metrics,
                                        std::function<VersionInfo()> version, std::function<std::string()> status) {
  std::vector<HttpRoute> routes;
  routes.push_back({"GET", "/livez", [&health](const HttpRequest&) { return health_response(health.live()); }});
  routes.push_back({"GET", "/readyz", [&health](const HttpRequest&) { return health_response(health.ready()); }});
  routes.push_back({"GET", "/metrics", [&metrics](const HttpRequest&) {
                      HttpResponse response;
                      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                      response.body = metrics.expose();
                      return response;
                    }});
  routes.push_back({"GET", "/version", [version = std::move(version)](const HttpRequest&) {
                      HttpResponse response;
                      response.body = version_json(version());
                      return response;
                    }});
  routes.push_back({"GET", "/api/v1/unmapped", [&metrics](const HttpRequest&) {
                      HttpResponse response;
                      response.body = metrics.unmapped();
                      return response;
                    }});
  routes.push_back({"GET", "/status", [status = std::move(status)](const HttpRequest&) {
                      HttpResponse response;
                      response.body = status();
                      return response;
                    }});
  return routes;
}

}  // namespace coagwatch::daemon
