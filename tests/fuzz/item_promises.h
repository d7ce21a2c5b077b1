#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fhir/intake.h"
#include "tests/fuzz/findings.h"

namespace coagwatch::fuzz {

/// Stands in seeds and dictionaries wherever a value of the input can stand: no text of ours may ever contain it.
inline constexpr std::string_view kCanary = "Zq7";

/// Checks what is promised of the items of one record (fhir/intake.h), whatever the bytes. `time` is the record's.
void check_items(std::span<const fhir::Item> items, rules::Timestamp time, Findings& findings);

/// Everything that items say, as text: equal readings give equal texts. Reads every byte that they refer to.
std::string listing_of(std::span<const fhir::Item> items);

/// Whether an interval can be a value: ends in order, an open end only where there is room.
bool is_sound(const rules::Interval& value);

}  // namespace coagwatch::fuzz
