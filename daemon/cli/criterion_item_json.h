#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "fhir/json_writer.h"
#include "rules/criterion/criterion.h"

namespace coagwatch::daemon {

/// One line of a scoring table as a member of the array that is open (daemon/cli/README.md).
void write_item(fhir::JsonWriter& json, const rules::Item& item);

/// What lines and the rest of a criterion are both written with.
std::int64_t hours(rules::Duration span);
std::string_view name_of(rules::Measure measure);
void write_facts(fhir::JsonWriter& json, fhir::JsonWriter::Key key, const std::vector<rules::Fact>& facts);
void write_range(fhir::JsonWriter& json, fhir::JsonWriter::Key key, std::int16_t least, std::int16_t most);

}  // namespace coagwatch::daemon
