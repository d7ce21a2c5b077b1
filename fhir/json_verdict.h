#pragma once

#include "fhir/json_reader.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// Why a text that should be a JSON object is dead; nothing for an object.
Check verdict_of(JsonReader::Outcome outcome);

/// The same for a record that is not JSON at all, `malformed` or `invalid_utf8`, with what is known about it.
Verdict unreadable_record(std::string_view bytes, const RecordHeaders* headers, JsonReader::Outcome outcome);

}  // namespace coagwatch::fhir
