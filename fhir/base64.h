#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace coagwatch::fhir {

/// Appends `bytes` in base64 (RFC 4648 section 4: the standard alphabet, padded, one line).
void append_base64(std::string_view bytes, std::string& out);

/// The bytes behind base64 of that form; nullopt if `text` is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace coagwatch::fhir
