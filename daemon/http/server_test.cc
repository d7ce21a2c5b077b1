#include "daemon/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/http/test_client.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGetHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

HttpResponse hello(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = "hello " + request.query + request.body;
  return response;
}

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() { options_.listen = "127.0.0.1:0"; }

  void start() {
    std::string error;
    server_ = HttpServer::start(
        options_,
        {{"GET", "/hello", hello},
         {"POST", "/hello", hello},
         {"GET", "/big",
          [](const HttpRequest&) {
            HttpResponse response;
            response.body.assign(64U << 20U, 'x');
            return response;
          }},
         {"GET", "/fails", [](const HttpRequest&) -> HttpResponse { throw std::logic_error("planted"); }},
         {"GET", "/waits/",
          [this](const HttpRequest& request) {
            std::unique_lock lock(mutex_);
            released_.wait(lock, [this] { return release_; });
            return hello(request);
          },
          true}},
        &metrics_, error);
    ASSERT_NE(server_, nullptr) << error;
  }

  std::string answer(std::string_view request) {
    TestClient client(server_->port());
    client.send_text(request);
    return client.response();
  }

  void release() {
    const std::lock_guard lock(mutex_);
    release_ = true;
    released_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable released_;
  bool release_ = false;
  HttpOptions options_;
  Metrics metrics_{{"0.1.0", "", ""}};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersARequest) {
  start();
  const std::string text = answer("GET /hello?a=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(text, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(text, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(text, HasSubstr("Date: "));
  EXPECT_THAT(text, EndsWith("\r\n\r\nhello a=1"));
  EXPECT_EQ(server_->address(), "127.0.0.1:" + std::to_string(server_->port()));
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  start();
  TestClient client(server_->port());
  client.send_text("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string text = client.response(true);
  EXPECT_THAT(text, HasSubstr("Content-Length: 6\r\n"));
  client.send_text(kGetHello);
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200")) << "no body may stand before the next response";
}

TEST_F(HttpServerTest, KeepsAConnectionForManyRequestsPipelinedToo) {
  start();
  TestClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send_text(kGetHello);
    EXPECT_THAT(client.response(), EndsWith("hello "));
  }
  client.send_text(std::string(kGetHello) + "GET /none HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGetHello));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, ClosesWhereTheClientAsksForIt) {
  start();
  TestClient client(server_->port());
  client.send_text("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.response(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.closed_within(seconds(1)));
  TestClient old(server_->port());
  old.send_text("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.response(), StartsWith("HTTP/1.0 200"));
  EXPECT_TRUE(old.closed_within(seconds(1)));
}

TEST_F(HttpServerTest, UnknownPathsAndMethodsAreProblems) {
  start();
  const std::string missing = answer("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(missing, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(missing, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(
      missing,
      EndsWith(R"({"type":"about:blank","title":"Not Found","status":404,"detail":"there is nothing at this path"})"));
  const std::string refused = answer("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(refused, HasSubstr("Allow: GET, HEAD, POST\r\n"));
  EXPECT_THAT(refused, HasSubstr("application/problem+json"));
}

TEST_F(HttpServerTest, AHandlerThatThrowsIsA500AndTheServerGoesOn) {
  start();
  const std::string text = answer("GET /fails HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(text, Not(HasSubstr("planted")));
  EXPECT_THAT(answer(kGetHello), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, AHandlerThatWaitsHoldsUpNobodyElse) {
  options_.max_waiting = 2;
  start();
  TestClient first(server_->port());
  TestClient second(server_->port());
  first.send_text("GET /waits/1?a HTTP/1.1\r\nHost: x\r\n\r\n");
  second.send_text("HEAD /waits/2 HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string third = "GET /waits/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  std::string refused;
  for (int i = 0; i < 100 && refused.empty(); ++i) {
    // The two are on their way, perhaps.
    TestClient client(server_->port());
    client.send_text(third);
    refused = client.response(false, milliseconds(50));
  }
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(answer(kGetHello), StartsWith("HTTP/1.1 200"));
  release();
  EXPECT_THAT(first.response(), EndsWith("hello a"));
  EXPECT_THAT(second.response(true), StartsWith("HTTP/1.1 200"));
  first.send_text(kGetHello);
  EXPECT_THAT(first.response(), EndsWith("hello ")) << "the connection goes on";
}

TEST_F(HttpServerTest, StoppingWaitsForAHandlerThatWaits) {
  start();
  TestClient client(server_->port());
  client.send_text("GET /waits/1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer(kGetHello), StartsWith("HTTP/1.1 200"));
  std::thread later([this] {
    std::this_thread::sleep_for(milliseconds(100));
    release();
  });
  server_->stop();
  later.join();
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, GarbageIs400) {
  start();
  EXPECT_THAT(answer("hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(answer("GET /hello HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400")) << "no Host";
  EXPECT_THAT(answer("GET hello HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 400")) << "no path";
  EXPECT_THAT(answer("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 400")) << "bad escape";
  EXPECT_THAT(answer("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, AHeaderBeyondTheLimitIs431) {
  start();
  const auto request = [](std::size_t header) {
    std::string text = "GET /hello HTTP/1.1\r\nHost: x\r\nX: ";
    text.append(header - text.size() - 4, 'a');
    return text + "\r\n\r\n";
  };
  EXPECT_THAT(answer(request(options_.header_limit - 16)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer(request(options_.header_limit + 64)), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(answer("GET /" + std::string(options_.header_limit + 64, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(answer(request(1U << 20U)), StartsWith("HTTP/1.1 431"));
}

TEST_F(HttpServerTest, ABodyBeyondTheLimitIs413) {
  start();
  const auto request = [](std::size_t body) {
    return "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body) + "\r\n\r\n" +
           std::string(body, 'b');
  };
  EXPECT_THAT(answer(request(options_.body_limit)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer(request(options_.body_limit + 1)), StartsWith("HTTP/1.1 413"));
  std::string chunked = "POST /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 5; ++i) chunked += "4000\r\n" + std::string(0x4000, 'c') + "\r\n";
  EXPECT_THAT(answer(chunked + "0\r\n\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, ASlowRequestIsCutOffAndHoldsNobodyUp) {
  options_.request_timeout = milliseconds(300);
  start();
  TestClient slow(server_->port());
  slow.send_text("GET /hel");
  EXPECT_THAT(answer(kGetHello), StartsWith("HTTP/1.1 200"));
  std::this_thread::sleep_for(milliseconds(150));
  slow.send_text("lo HT");  // a trickle does not prolong the time
  EXPECT_FALSE(slow.closed_within(milliseconds(50)));
  EXPECT_TRUE(slow.closed_within(milliseconds(500)));
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosed) {
  options_.idle_timeout = milliseconds(200);
  start();
  TestClient client(server_->port());
  client.send_text(kGetHello);
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
  EXPECT_FALSE(client.closed_within(milliseconds(100)));
  EXPECT_TRUE(client.closed_within(milliseconds(500)));
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsCutOff) {
  options_.write_timeout = milliseconds(300);
  start();
  TestClient client(server_->port());
  client.send_text("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(800));
  EXPECT_THAT(answer(kGetHello), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.response(), "") << "the response must not be whole";
}

TEST_F(HttpServerTest, ConnectionsBeyondTheLimitGet503) {
  options_.max_connections = 2;
  start();
  TestClient first(server_->port());
  first.send_text(kGetHello);
  EXPECT_THAT(first.response(), StartsWith("HTTP/1.1 200"));
  {
    TestClient second(server_->port());
    second.send_text(kGetHello);
    EXPECT_THAT(second.response(), StartsWith("HTTP/1.1 200"));
    const std::string refused = answer(kGetHello);
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(refused, HasSubstr("application/problem+json"));
  }
  std::string text;
  for (int i = 0; i < 100 && !text.starts_with("HTTP/1.1 200"); ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    text = answer(kGetHello);
  }
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200")) << "a closed connection must make room";
}

TEST_F(HttpServerTest, ManyClientsAtOnceAreAllAnswered) {
  start();
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int t = 0; t < 8; ++t) {
    clients.emplace_back([&] {
      TestClient client(server_->port());
      for (int i = 0; i < 100; ++i) {
        const std::string body = "b" + std::to_string(i);
        client.send_text("POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                         "\r\n\r\n" + body);
        if (client.response().ends_with("hello " + body)) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 800);
  EXPECT_THAT(metrics_.expose(), HasSubstr("coagwatch_http_requests_total{code=\"200\",route=\"/hello\"} 800\n"));
}

TEST_F(HttpServerTest, RequestsAreCountedByRouteNotByPath) {
  start();
  answer("GET /hello?q=Patient/17 HTTP/1.1\r\nHost: x\r\n\r\n");
  answer("GET /Patient/17 HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string text = metrics_.expose();
  EXPECT_THAT(text, HasSubstr("{code=\"404\",route=\"other\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("Patient")));
}

TEST_F(HttpServerTest, StopAnswersWhatIsInHandAndClosesTheRest) {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false;
  std::string error;
  server_ = HttpServer::start(options_,
                              {{"GET", "/slow",
                                [&](const HttpRequest&) {
                                  {
                                    const std::lock_guard lock(mutex);
                                    entered = true;
                                  }
                                  changed.notify_all();
                                  std::this_thread::sleep_for(milliseconds(200));
                                  return HttpResponse{};
                                }}},
                              nullptr, error);
  ASSERT_NE(server_, nullptr) << error;
  TestClient idle(server_->port());
  TestClient busy(server_->port());
  busy.send_text("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, seconds(5), [&] { return entered; }));
  }
  const auto begin = std::chrono::steady_clock::now();
  server_->stop(seconds(5));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(3));
  EXPECT_THAT(busy.response(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(busy.closed_within(seconds(1)));
  EXPECT_TRUE(idle.closed_within(seconds(1)));
  EXPECT_FALSE(TestClient(server_->port()).connected());
  server_->stop();
}

TEST_F(HttpServerTest, StopDoesNotWaitForAHalfRequest) {
  start();
  TestClient half(server_->port());
  half.send_text("GET /hel");
  std::this_thread::sleep_for(milliseconds(50));
  const auto begin = std::chrono::steady_clock::now();
  server_->stop(milliseconds(200));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(1));
}

TEST_F(HttpServerTest, AnAddressInUseIsAnErrorThatNamesIt) {
  start();
  HttpOptions same;
  same.listen = server_->address();
  std::string error;
  EXPECT_EQ(HttpServer::start(same, {}, nullptr, error), nullptr);
  EXPECT_EQ(error, "cannot listen on " + server_->address() + ": Address already in use");
  same.listen = "nonsense";
  EXPECT_EQ(HttpServer::start(same, {}, nullptr, error), nullptr);
  EXPECT_THAT(error, HasSubstr("expected address:port"));
}

TEST_F(HttpServerTest, ListensOnIPv6) {
  options_.listen = "[::1]:0";
  std::string error;
  server_ = HttpServer::start(options_, {{"GET", "/hello", hello}}, nullptr, error);
  if (!server_) GTEST_SKIP() << "no IPv6 here: " << error;
  TestClient client(server_->port(), true);
  client.send_text(kGetHello);
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(server_->address(), StartsWith("[::1]:"));
}

}  // namespace
}  // namespace coagwatch::daemon
