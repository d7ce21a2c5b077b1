#include "daemon/config/listen_address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace coagwatch::daemon {
namespace {

bool numeric_address(int family, const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(family, host.c_str(), address.data()) == 1;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  ListenAddress address;
  const std::string_view port = text.substr(colon + 1);
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size()) return std::nullopt;

  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  address.host = host;
  if (bracketed) return numeric_address(AF_INET6, address.host) ? std::optional(address) : std::nullopt;
  if (host == "localhost" || numeric_address(AF_INET, address.host)) return address;
  return std::nullopt;
}

}  // namespace coagwatch::daemon
