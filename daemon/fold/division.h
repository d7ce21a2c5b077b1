#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// How patients are divided among partitions.
struct Division {
  /// The partition of a key among so many.
  using Partitioner = std::function<std::int32_t(std::string_view key, std::int32_t partitions)>;
  std::int32_t partitions = 0;
  Partitioner partition_of;
  bool routed = false;  ///< by the router stage: then partitions know of each other's patients
  /// Where the site divides them: how many partitions its topic has got since. Until that was noticed, records of a
  /// patient may have gone astray, to where one of those numbers had them.
  std::int32_t grown_to = 0;
};

/// Whether the key is of that partition.
bool is_home(const Division& division, std::int32_t partition, std::string_view key);

/// Whether that is only what other patients' Patient resources say of him: where the site divides patients, it stays in
/// their partition.
bool is_claim(const rules::PatientState& state);

/// What is wrong with a record of a partition's state, in words that name nobody: it cannot be read, or patients were
/// divided in another way.
std::optional<std::string> check_place(const Division& division, std::int32_t partition, std::string_view key,
                                       std::string_view value);

/// Likewise of what was read already.
std::optional<std::string> check_place(const Division& division, std::int32_t partition, std::string_view key,
                                       const rules::PatientState& state);

}  // namespace coagwatch::daemon
