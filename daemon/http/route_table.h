#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/http/server.h"

namespace coagwatch::daemon {

/// Finds and runs the handler of a request. Immutable after construction.
class RouteTable {
 public:
  explicit RouteTable(std::vector<HttpRoute> routes) : routes_(std::move(routes)) {}

  struct Answer {
    HttpResponse response;
    std::string_view route;  ///< path of the route that answered, `other` where none did: a metric's label
  };
  struct Found {
    const HttpRoute* route = nullptr;  ///< whose handler is to be run; null: `refusal` is the answer
    Answer refusal;
  };
  /// Finds who answers a request, and completes it (path, query). `target` is as sent: `/status?x=1`. HEAD becomes GET;
  /// the caller leaves the body out. An unknown path is 404, a known one with another method 405 with `Allow`, a target
  /// that is no path 400.
  [[nodiscard]] Found find(HttpRequest& request, std::string_view target) const;
  /// Runs its handler.
  static HttpResponse run(const HttpRoute& route, const HttpRequest& request);
  /// Both at once.
  [[nodiscard]] Answer answer(HttpRequest request, std::string_view target) const;

 private:
  std::vector<HttpRoute> routes_;
};

/// `%41` -> `A`; nullopt if a `%` is not followed by two hex digits, or a NUL comes out.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace coagwatch::daemon
