#include "tests/broker/http_get.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>

namespace coagwatch::test {

std::pair<int, std::string> http_get(const std::string& address, int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);  // connect() too
  sockaddr_in to{};
  to.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
      std::array<char, 4096> piece{};
      for (ssize_t got = 0; (got = read(fd, piece.data(), piece.size())) > 0;) {
        answer.append(piece.data(), static_cast<std::size_t>(got));
      }
    }
  }
  close(fd);
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos || answer.size() < 12) return {0, ""};
  return {std::atoi(answer.substr(9, 3).c_str()), answer.substr(body + 4)};
}

}  // namespace coagwatch::test
