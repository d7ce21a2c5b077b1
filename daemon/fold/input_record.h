#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fhir/intake.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// One record of the input topic, or of a file that stands in for it. The views belong to whoever made it.
struct InputRecord {
  /// Whose part of a record is meant, where the router stage has divided it.
  struct Share {
    std::string_view patient;     ///< only this patient's; empty: everybody's whom his key puts into this partition
    std::int32_t partitions = 0;  ///< of so many; 0: it was not divided, all of it is meant
  };

  std::int32_t partition = 0;
  std::int64_t offset = 0;
  rules::Timestamp time = rules::Timestamp::none();  ///< Kafka record timestamp; of a routed record that of its source
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;         ///< nullopt: a tombstone
  const fhir::RecordHeaders* headers = nullptr;  ///< null: none
  std::string_view source;   ///< `topic/partition/offset` where it first stood; empty: the input topic, here
  Share share;               ///< of a routed record
  std::string_view problem;  ///< why it cannot be used whatever it holds; empty: nothing is known
};

}  // namespace coagwatch::daemon
