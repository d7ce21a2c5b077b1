#include "tests/broker/free_port.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace coagwatch::test {
namespace {

bool can_bind(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return bound;
}

}  // namespace

int free_port(int first) {
  for (int port = first; port <= first + 200; ++port) {
    if (can_bind(port)) return port;
  }
  ADD_FAILURE() << "no free port from " << first << " on";
  return 0;
}

}  // namespace coagwatch::test
