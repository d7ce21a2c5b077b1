#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coagwatch::daemon {

class Metrics;

/// What a handler gets of a request.
struct HttpRequest {
  std::string method;  ///< `GET`; a HEAD request reaches the GET handler as `GET`
  std::string path;    ///< without query, percent-decoded
  std::string query;   ///< after `?`, as sent
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< as sent
};

/// What a handler answers. Length, date and connection headers are the server's.
struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Runs on the server's thread, unless its route `waits`: it must be quick and must not throw (a throw answers 500 and
/// is logged).
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct HttpRoute {
  std::string method = "GET";
  std::string path;  ///< exact, `/livez`; or all paths that begin so and go on, where it ends in a slash
  HttpHandler handler;
  /// The handler may wait for others: it runs on a thread beside the server's, one request after the other, and while
  /// HttpOptions::max_waiting are in hand further ones are answered 503.
  bool waits = false;
};

/// An RFC 9457 answer: `{"type":"about:blank","title":"Not Found","status":404,"detail":…}`.
HttpResponse http_problem(unsigned status, std::string_view detail);

struct HttpOptions {
  std::string listen = "127.0.0.1:8080";              ///< port 0: any free port, see HttpServer::port
  std::size_t header_limit = 8 * 1024;                ///< longer: 431
  std::size_t body_limit = 64 * 1024;                 ///< longer: 413
  std::size_t max_connections = 256;                  ///< more: 503 and closed
  std::size_t max_waiting = 16;                       ///< requests in hand that may wait; more: 503
  std::chrono::milliseconds request_timeout{10'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds write_timeout{10'000};    ///< for a whole response
  std::chrono::milliseconds idle_timeout{60'000};     ///< between requests of one connection
};

/// An HTTP/1.1 server with a thread of its own: keep-alive, HEAD, 404 and 405 as application/problem+json, limits and
/// timeouts on everything. No request can hold up a worker.
///
/// start, port and stop are for one thread; handlers run on the server's.
class HttpServer {
 public:
  /// Binds and serves. On failure returns null and says in `error` what address and why. `metrics` (may be null) must
  /// outlive the server.
  static std::unique_ptr<HttpServer> start(const HttpOptions& options, std::vector<HttpRoute> routes, Metrics* metrics,
                                           std::string& error);
  /// Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port bound.
  [[nodiscard]] std::uint16_t port() const;
  /// `127.0.0.1:8080`, `[::1]:8080`, with the port bound.
  [[nodiscard]] std::string address() const;
  /// Accepts no more, finishes requests being answered (at most `grace`), closes the rest, ends the thread. Idempotent.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(2));

 private:
  HttpServer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::daemon
