#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fhir/intake.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// One record of the input topic, or of a file that stands in for it. The views belong to whoever made it.
struct InputRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  rules::Timestamp time = rules::Timestamp::none();  ///< Kafka record timestamp
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;         ///< nullopt: a tombstone
  const fhir::RecordHeaders* headers = nullptr;  ///< null: none
};

}  // namespace coagwatch::daemon
