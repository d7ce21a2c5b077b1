#include "daemon/fold/division.h"

#include "daemon/fold/state_codec.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {

bool is_claim(const rules::PatientState& state) {
  return !state.links.empty() && state.results.empty() && state.retractions.empty() && state.fact_sources.empty() &&
         !state.at.known();
}

bool is_home(const Division& division, std::int32_t partition, std::string_view key) {
  return division.partition_of(key, division.partitions) == partition;
}

std::optional<std::string> check_place(const Division& division, std::int32_t partition, std::string_view key,
                                       const rules::PatientState& state) {
  if (is_home(division, partition, key) || (!division.routed && is_claim(state))) return std::nullopt;
  for (std::int32_t among = division.partitions + 1; !division.routed && among <= division.grown_to; ++among) {
    if (division.partition_of(key, among) == partition) return std::nullopt;
  }
  return "a patient is not in the partition that his key says: they were divided in another way";
}

std::optional<std::string> check_place(const Division& division, std::int32_t partition, std::string_view key,
                                       std::string_view value) {
  rules::PatientState state;
  if (auto problem = decode_state(value, state)) return problem;
  return rules::is_elsewhere(key) ? std::nullopt : check_place(division, partition, key, state);
}

}  // namespace coagwatch::daemon
