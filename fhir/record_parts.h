#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "fhir/json_writer.h"
#include "fhir/writers.h"

// What the assessment, status and intake records and explanations have in common. Used by the writers only.
namespace coagwatch::fhir {

/// Writes the members `low` and `high` of an interval: decimal text, null where unbounded.
void write_ends(JsonWriter& json, const rules::Interval& value);

/// What records call the marks of a value, in their order.
inline constexpr std::array<std::pair<rules::ResultFlag, std::string_view>, 11> kFlagNames = {{
    {rules::kFlagDateOnly, "date-only"},
    {rules::kFlagTimeFromIssued, "time-from-issued"},
    {rules::kFlagZoneAssumed, "zone-assumed"},
    {rules::kFlagDduConverted, "ddu-converted"},
    {rules::kFlagAgeAdjustedLimit, "age-adjusted-limit"},
    {rules::kFlagSilentCap, "silent-cap"},
    {rules::kFlagHaemolysed, "haemolysed"},
    {rules::kFlagLipaemic, "lipaemic"},
    {rules::kFlagIcteric, "icteric"},
    {rules::kFlagAdopted, "other-record"},
    {rules::kFlagWindowGrace, "window-grace"},
}};

/// Writes the member `flags`, a list of such names; nothing where there is no flag.
void write_flags(JsonWriter& json, std::uint16_t flags);

/// Writes the members of an assessment record into an object that the caller opened.
void write_assessment_members(JsonWriter& json, const WriteContext& context, const rules::RuleSet& rules,
                              const rules::Assessment& assessment);

}  // namespace coagwatch::fhir
