#pragma once

#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// Appends `text` as a JSON string with its quotes. Ill-formed UTF-8 becomes U+FFFD, so that the line stays valid
/// JSON whatever a library put into a message.
void append_json_string(std::string& out, std::string_view text);

}  // namespace coagwatch::daemon
