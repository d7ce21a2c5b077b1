#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/criterion/keys.h"

namespace coagwatch::rules {

/// JSON Schema (draft 2020-12) of a criterion file, for editors. It is as strict as the loader about keys, types and
/// what is missing; what only all of a file together tells (bands with a gap, totals that nothing reaches) is not in
/// it.
std::string criterion_schema();

/// The JSON Schema of a map, as an object: its keys, none other, and what goes together.
std::string schema_of(const FileMap& map);

/// `"NAME": {…}` of what all schemas refer to, separated by commas: measures, facts, units, numbers, texts.
std::string common_definitions();

/// `text` as JSON. REQUIRES: no control characters.
std::string quoted(std::string_view text);

/// JSON with line breaks: what fits in a line stays in one. REQUIRES: `json` is JSON.
std::string indented(std::string_view json);

}  // namespace coagwatch::rules
