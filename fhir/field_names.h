#pragma once

#include <cstdint>
#include <string_view>

namespace coagwatch::fhir {

/// The JSON keys that intake reads, wherever they stand. `unknown` is every other key.
enum class Field : std::uint8_t {
  unknown = 0,
  age,
  applies_date_time,
  applies_period,
  applies_to,
  category,
  code,
  coding,
  collected_date_time,
  collected_period,
  collection,
  comment,
  comments,
  comparator,
  component,
  condition,
  contained,
  context,
  data_absent_reason,
  display,
  effective_date_time,
  effective_instant,
  effective_period,
  effective_timing,
  end,
  entry,
  event,
  focus,
  full_url,
  high,
  id,
  identifier,
  implicit_rules,
  issued,
  last_updated,
  low,
  meta,
  method,
  modifier_extension,
  reference,
  reference_range,
  related,
  reliability,
  request,
  resource,
  resource_type,
  specimen,
  start,
  status,
  subject,
  system,
  tag,
  text,
  type,
  unit,
  url,
  value,
  value_attachment,
  value_boolean,
  value_codeable_concept,
  value_coding,
  value_date_time,
  value_integer,
  value_period,
  value_quantity,
  value_range,
  value_ratio,
  value_reference,
  value_sampled_data,
  value_string,
  value_time,
  version_id,
};
inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::version_id) + 1;

/// The field of that JSON key.
Field field_named(std::string_view key);
/// The JSON key, `effectiveDateTime`; empty for unknown.
std::string_view field_name(Field field);

}  // namespace coagwatch::fhir
