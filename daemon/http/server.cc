#include "daemon/http/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <optional>
#include <thread>

#include "daemon/config/listen_address.h"
#include "daemon/http/route_table.h"
#include "daemon/http/session.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {

namespace asio = boost::asio;
using Error = boost::system::error_code;
using Tcp = asio::ip::tcp;

namespace {

/// Connections that are told 503 are few at a time; further ones are just closed.
constexpr std::size_t kMaxRefusals = 32;
constexpr std::chrono::milliseconds kAcceptRetry{100};

}  // namespace

// Members are destroyed in reverse: the event loop goes before what its pending handlers refer to.
struct HttpServer::Impl {
  Impl(HttpOptions given, std::vector<HttpRoute> routes_given, Metrics* metrics)
      : options(std::move(given)), routes(std::move(routes_given)), sessions{options, routes, metrics, {},
                                                                             beside,  0,      false} {}

  HttpOptions options;
  RouteTable routes;
  HttpSessions sessions;
  asio::io_context loop{1};
  Tcp::acceptor acceptor{loop};
  asio::steady_timer retry{loop};
  Tcp::endpoint bound;
  std::promise<void> ended;
  std::future<void> end = ended.get_future();
  std::thread thread;
  asio::thread_pool beside{1};  ///< for handlers that may wait; joined before the loop that they answer on goes

  /// What went wrong, or nothing.
  std::optional<std::string> bind() {
    const std::optional<ListenAddress> address = parse_listen_address(options.listen);
    if (!address) return "expected address:port or [IPv6 address]:port";
    Error error;
    const asio::ip::address host =
        address->host == "localhost" ? asio::ip::address_v4::loopback() : asio::ip::make_address(address->host, error);
    const Tcp::endpoint wanted(host, address->port);
    if (!error) acceptor.open(wanted.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(wanted, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) bound = acceptor.local_endpoint(error);
    return error ? std::optional(error.message()) : std::nullopt;
  }

  void accept() {
    acceptor.async_accept([this](Error error, Tcp::socket socket) {
      if (sessions.stopping || error == asio::error::operation_aborted) return;
      if (error) return accept_later(error);
      const std::size_t open = sessions.open.size();
      if (open < options.max_connections) {
        serve_connection(std::move(socket), sessions);
      } else if (open < options.max_connections + kMaxRefusals) {
        refuse_connection(std::move(socket), sessions);
      }
      accept();
    });
  }

  /// Out of file descriptors, most likely: waiting lets connections end.
  void accept_later(Error error) {
    log::write_every(std::chrono::seconds(10), "http-accept", LogLevel::warning, "an HTTP connection was not accepted",
                     {{"error", error.message()}});
    retry.expires_after(kAcceptRetry);
    retry.async_wait([this](Error cancelled) {
      if (!cancelled) accept();
    });
  }

  void run() {
    accept();
    thread = std::thread([this] {
      for (;;) {
        try {
          loop.run();
          break;
        } catch (const std::exception& error) {
          // A session that throws is gone; the others go on.
          log::write_every(std::chrono::seconds(10), "http-loop", LogLevel::error, "an HTTP session failed",
                           {{"error", error.what()}});
        }
      }
      ended.set_value();
    });
  }
};

HttpServer::HttpServer() = default;
HttpServer::~HttpServer() { stop(); }

std::unique_ptr<HttpServer> HttpServer::start(const HttpOptions& options, std::vector<HttpRoute> routes,
                                              Metrics* metrics, std::string& error) {
  std::unique_ptr<HttpServer> server(new HttpServer);
  server->impl_ = std::make_unique<Impl>(options, std::move(routes), metrics);
  if (const std::optional<std::string> wrong = server->impl_->bind()) {
    error = "cannot listen on " + options.listen + ": " + *wrong;
    return nullptr;
  }
  server->impl_->run();
  return server;
}

std::uint16_t HttpServer::port() const { return impl_->bound.port(); }

std::string HttpServer::address() const {
  const std::string host = impl_->bound.address().to_string();
  const std::string shown = impl_->bound.address().is_v6() ? "[" + host + "]" : host;
  return shown + ":" + std::to_string(port());
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  if (!impl_->thread.joinable()) return;
  asio::post(impl_->loop, [impl = impl_.get()] {
    Error ignored;
    impl->acceptor.close(ignored);
    impl->retry.cancel();
    stop_sessions(impl->sessions);
  });
  if (impl_->end.wait_for(grace) != std::future_status::ready) impl_->loop.stop();
  impl_->thread.join();
  impl_->beside.join();
}

}  // namespace coagwatch::daemon
