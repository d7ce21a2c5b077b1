#include "daemon/config/listen_address.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

TEST(ListenAddress, IsTakenApart) {
  const auto parsed = [](std::string_view text) {
    const auto address = parse_listen_address(text);
    return address ? address->host + "|" + std::to_string(address->port) : "none";
  };
  EXPECT_EQ(parsed("127.0.0.1:8080"), "127.0.0.1|8080");
  EXPECT_EQ(parsed("localhost:0"), "localhost|0");
  EXPECT_EQ(parsed("0.0.0.0:65535"), "0.0.0.0|65535");
  EXPECT_EQ(parsed("[::1]:8080"), "::1|8080");
  for (const char* bad : {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8080",
                          "[::1]", "[127.0.0.1]:80", "example.org:80", "127.0.0.1:80x", "[]:80", "256.0.0.1:80"}) {
    EXPECT_EQ(parsed(bad), "none") << bad;
  }
}

}  // namespace
}  // namespace coagwatch::daemon
