#include "daemon/http/session.h"

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <ctime>
#include <optional>
#include <utility>

#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Error = beast::error_code;

constexpr std::size_t kReadChunk = 4 * 1024;
/// After the last answer the rest of what the client sends is read and dropped for this long: closing at once would
/// reset the connection, and the answer with it.
constexpr std::chrono::milliseconds kLinger{1'000};
constexpr std::chrono::milliseconds kLingerWhileStopping{100};

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text.data(), length};
}

http::response<http::string_body> to_beast(HttpResponse answer, unsigned version, bool head_only) {
  http::response<http::string_body> response;
  response.version(version);
  response.result(answer.status);
  for (const auto& [name, value] : answer.headers) response.insert(name, value);
  response.set(http::field::date, http_date());
  response.set(http::field::server, "coagwatch");
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.content_length(answer.body.size());
  if (!head_only) response.body() = std::move(answer.body);
  return response;
}

}  // namespace

/// One connection: read a request, answer it, again; never two operations at once.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(asio::ip::tcp::socket socket, HttpSessions& sessions)
      : stream_(std::move(socket)),
        sessions_(sessions),
        buffer_(sessions.options.header_limit + sessions.options.body_limit + kReadChunk) {
    Error ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    sessions_.open.insert(this);
  }
  ~HttpSession() { sessions_.open.erase(this); }
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void next_request() {
    if (sessions_.stopping) return linger_after_shutdown();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(sessions_.options.header_limit));
    parser_->body_limit(sessions_.options.body_limit);
    if (buffer_.size() > 0) return read_request();
    waiting_ = true;
    stream_.expires_after(sessions_.options.idle_timeout);
    stream_.async_read_some(buffer_.prepare(kReadChunk), [self = shared_from_this()](Error error, std::size_t n) {
      self->waiting_ = false;
      if (error) return;
      self->buffer_.commit(n);
      self->read_request();
    });
  }

  void refuse() { write(to_beast(http_problem(503, "too many connections"), 11, false), false, "other"); }

  /// Ends a session that has nothing in hand.
  void stop() {
    if (waiting_) stream_.close();
  }

 private:
  /// What the answer has to do with of a request.
  struct Asked {
    unsigned version = 11;
    bool head = false;
    bool keep_alive = false;
  };

  void read_request() {
    stream_.expires_after(sessions_.options.request_timeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](Error error, std::size_t) { self->on_read(error); });
  }

  void on_read(Error error) {
    if (!error) return answer();
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return reject(431, "the header is too long");
    }
    if (error == http::error::body_limit) return reject(413, "the body is too long");
    // A parse error is the client's fault and worth telling; a closed or timed-out connection has nobody to tell.
    const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
    if (malformed && error != http::error::end_of_stream && error != http::error::partial_message) {
      return reject(400, "this is not an HTTP/1.1 request");
    }
  }

  void reject(unsigned status, std::string_view detail) {
    write(to_beast(http_problem(status, detail), 11, false), false, "other");
  }

  void answer() {
    http::request<http::string_body> message = parser_->release();
    if (message.version() >= 11 && message.count(http::field::host) != 1) {
      return reject(400, "exactly one Host header is needed");
    }
    HttpRequest request;
    request.method = message.method_string();
    request.body = std::move(message.body());
    for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
    const RouteTable::Found found = sessions_.routes.find(request, message.target());
    const Asked asked{message.version(), message.method() == http::verb::head, message.keep_alive()};
    if (found.route == nullptr) return write(asked, found.refusal.response, found.refusal.route);
    if (!found.route->waits) return write(asked, RouteTable::run(*found.route, request), found.route->path);
    if (sessions_.waiting >= sessions_.options.max_waiting) {
      return write(asked, http_problem(503, "too many requests wait for an answer; try again"), found.route->path);
    }
    answer_beside(asked, *found.route, std::move(request));
  }

  /// Runs a handler on the other thread and comes back with its answer. The loop goes on until it has it.
  void answer_beside(const Asked& asked, const HttpRoute& route, HttpRequest request) {
    stream_.expires_never();
    ++sessions_.waiting;
    auto loop = asio::make_work_guard(stream_.get_executor());
    asio::post(
        sessions_.beside, [self = shared_from_this(), loop, asked, &route, request = std::move(request)]() mutable {
          HttpResponse response = RouteTable::run(route, request);
          const auto executor = loop.get_executor();
          // The session is let go on the server's thread, to which it belongs.
          asio::post(executor, [self = std::move(self), asked, &route, response = std::move(response)]() mutable {
            --self->sessions_.waiting;
            self->write(asked, std::move(response), route.path);
          });
        });
  }

  void write(const Asked& asked, HttpResponse response, std::string_view route) {
    write(to_beast(std::move(response), asked.version, asked.head), asked.keep_alive && !sessions_.stopping, route);
  }

  void write(http::response<http::string_body> response, bool keep_alive, std::string_view route) {
    if (sessions_.metrics != nullptr) sessions_.metrics->count_http_request(route, response.result_int());
    response_ = std::move(response);
    response_.keep_alive(keep_alive);
    stream_.expires_after(sessions_.options.write_timeout);
    http::async_write(stream_, response_, [self = shared_from_this(), keep_alive](Error error, std::size_t) {
      if (error) return;
      if (keep_alive) return self->next_request();
      self->linger_after_shutdown();
    });
  }

  void linger_after_shutdown() {
    Error ignored;
    // NOLINTNEXTLINE(bugprone-unused-return-value): it is the error that is given too.
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    stream_.expires_after(sessions_.stopping ? kLingerWhileStopping : kLinger);
    waiting_ = true;
    drain();
  }

  void drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kReadChunk), [self = shared_from_this()](Error error, std::size_t) {
      if (!error) self->drain();
    });
  }

  beast::tcp_stream stream_;
  HttpSessions& sessions_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  bool waiting_ = false;  ///< no request has begun: may be closed at any time
};

void serve_connection(asio::ip::tcp::socket socket, HttpSessions& sessions) {
  std::make_shared<HttpSession>(std::move(socket), sessions)->next_request();
}

void refuse_connection(asio::ip::tcp::socket socket, HttpSessions& sessions) {
  std::make_shared<HttpSession>(std::move(socket), sessions)->refuse();
}

void stop_sessions(HttpSessions& sessions) {
  sessions.stopping = true;
  // A close completes later, from the event loop, so the set does not change under this loop.
  for (HttpSession* session : sessions.open) session->stop();
}

}  // namespace coagwatch::daemon
