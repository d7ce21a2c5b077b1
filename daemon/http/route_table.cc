#include "daemon/http/route_table.h"

#include <exception>

#include "daemon/log/json_text.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kNoRoute = "other";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

bool is_at(const HttpRoute& route, std::string_view path) {
  if (!route.path.ends_with('/')) return path == route.path;
  return path.size() > route.path.size() && path.starts_with(route.path);
}

}  // namespace

HttpResponse http_problem(unsigned status, std::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = R"({"type":"about:blank","title":)";
  append_json_string(response.body, title_of(status));
  response.body += ",\"status\":" + std::to_string(status) + ",\"detail\":";
  append_json_string(response.body, detail);
  response.body += '}';
  return response;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = text.size() - i > 2 ? hex_digit(text[i + 1]) : -1;
    const int low = text.size() - i > 2 ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

HttpResponse RouteTable::run(const HttpRoute& route, const HttpRequest& request) {
  try {
    return route.handler(request);
  } catch (const std::exception& error) {
    log::write_every(std::chrono::seconds(10), "http-handler", LogLevel::error, "an HTTP handler failed",
                     {{"route", route.path}, {"error", error.what()}});
    return http_problem(500, "the request could not be answered; see the log");
  }
}

RouteTable::Found RouteTable::find(HttpRequest& request, std::string_view target) const {
  const std::size_t question = target.find('?');
  std::optional<std::string> path = percent_decoded(target.substr(0, question));
  if (!path || path->empty() || path->front() != '/') {
    return {nullptr, {http_problem(400, "the request target is no path"), kNoRoute}};
  }
  request.path = std::move(*path);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  if (request.method == "HEAD") request.method = "GET";

  std::string allow;
  std::string_view known;
  for (const HttpRoute& route : routes_) {
    if (!is_at(route, request.path)) continue;
    if (route.method == request.method) return {&route, {}};
    if (!allow.empty()) allow += ", ";
    allow += route.method == "GET" ? "GET, HEAD" : route.method;
    known = route.path;
  }
  if (known.empty()) return {nullptr, {http_problem(404, "there is nothing at this path"), kNoRoute}};
  Found refused{nullptr, {http_problem(405, "this path answers " + allow), known}};
  refused.refusal.response.headers.emplace_back("Allow", allow);
  return refused;
}

RouteTable::Answer RouteTable::answer(HttpRequest request, std::string_view target) const {
  Found found = find(request, target);
  if (found.route == nullptr) return std::move(found.refusal);
  return {run(*found.route, request), found.route->path};
}

}  // namespace coagwatch::daemon
