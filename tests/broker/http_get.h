#pragma once

#include <string>
#include <utility>

namespace coagwatch::test {

/// GET of an IPv4 address: status code and body; code 0 if nobody answers, for 5 s at most between two bytes.
std::pair<int, std::string> http_get(const std::string& address, int port, const std::string& path);

}  // namespace coagwatch::test
