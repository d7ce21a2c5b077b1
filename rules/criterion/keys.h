#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace coagwatch::rules {

/// A key of a map in a file that a hospital writes.
struct FileKey {
  std::string_view name;
  bool required = false;    ///< whatever the others say
  std::string_view schema;  ///< JSON Schema of its value, without braces: `"$ref": "#/$defs/name"`
  std::string_view meaning;
};

/// A map in such a file: what the loader takes, and what an editor offers.
struct FileMap {
  std::string_view name;  ///< under `$defs` of the schema
  std::span<const FileKey> keys;
  std::string_view rest;  ///< more of its JSON Schema: which keys go together; may be empty
};

/// The maps that a criterion file is made of; the whole file is the first one.
enum class CriterionMap : std::uint8_t {
  criterion,
  profile,
  gate,
  fact_test,
  sign,
  item,
  fact_points,
  trend,
  trend_points,
  branch,
  source,
  band,
  adjustment,
  met,
  met_with,
  met_or,
  grade,
  column,
  auxiliary,
  definition,
  fall_after,
};
inline constexpr std::size_t kCriterionMapCount = 21;

/// The one list of what a criterion file may hold.
const FileMap& criterion_map(CriterionMap map);

}  // namespace coagwatch::rules
