#pragma once

#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// SHA-256 of `bytes`, 64 lower-case hex digits. Thread-safe.
std::string sha256_hex(std::string_view bytes);

}  // namespace coagwatch::daemon
