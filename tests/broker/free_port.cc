#include "tests/broker/free_port.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace coagwatch::test {
namespace {

/// The port that could be bound; 0 if it is taken.
int try_bind(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(fd, raw, length) == 0 && getsockname(fd, raw, &length) == 0;
  close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

}  // namespace

int free_port(int first) {
  for (int port = first; port <= first + 200; ++port) {
    if (const int bound = try_bind(port); bound != 0) return bound;
  }
  ADD_FAILURE() << "no free port from " << first << " on";
  return 0;
}

}  // namespace coagwatch::test
