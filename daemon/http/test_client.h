#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// A plain socket for tests: what a client sends and gets, byte for byte, without a library that tidies it up.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port, bool v6 = false) : fd_(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    in4.sin_port = htons(port);
    in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    in6.sin6_addr = in6addr_loopback;
    const void* address = v6 ? static_cast<const void*>(&in6) : &in4;
    connected_ = connect(fd_, static_cast<const sockaddr*>(address), v6 ? sizeof in6 : sizeof in4) == 0;
  }
  ~TestClient() { close(fd_); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  /// False if the server closed meanwhile.
  bool send_text(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// One whole response (by Content-Length; `head`: without body), empty if none came in time.
  std::string response(bool head = false, std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t at = pending_.find("Content-Length: ");
        const std::size_t body = head || at == std::string::npos ? 0 : std::stoul(pending_.substr(at + 16, 12));
        if (pending_.size() >= end + 4 + body) {
          std::string whole = pending_.substr(0, end + 4 + body);
          pending_.erase(0, whole.size());
          return whole;
        }
      }
      if (!receive(patience)) return {};
    }
  }

  /// True if the server closes the connection in time; what it sent before is dropped.
  bool closed_within(std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      if (!receive(std::chrono::milliseconds(20)) && ended_) return true;
    }
    return false;
  }

 private:
  bool receive(std::chrono::milliseconds patience) {
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(patience.count())) <= 0) return false;
    std::array<char, 16 * 1024> bytes{};
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    ended_ = got <= 0;
    if (got > 0) pending_.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
  std::string pending_;
};

}  // namespace coagwatch::daemon
