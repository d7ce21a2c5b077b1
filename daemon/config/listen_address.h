#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// `host:port` or `[v6]:port`, taken apart.
struct ListenAddress {
  std::string host;  ///< without brackets; numeric, or `localhost`
  std::uint16_t port = 0;
};
/// nullopt if `text` is no listen address.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace coagwatch::daemon
