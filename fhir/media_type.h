#pragma once

#include <string_view>

namespace coagwatch::fhir {

/// Whether a media type, with or without parameters, is of JSON: its subtype is `json` or ends in `+json` (as
/// CloudEvents' JSON format 1.0.2, section 3.1.1, has it).
bool is_json_media_type(std::string_view type);

}  // namespace coagwatch::fhir
