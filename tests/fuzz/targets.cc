#include "tests/fuzz/targets.h"

#include <algorithm>
#include <array>

namespace coagwatch::fuzz {
namespace {

constexpr std::array<Target, 9> kTargets = {{{"reader", run_reader, true},
                                             {"bundle", run_bundle, true},
                                             {"facts", run_facts, true},
                                             {"unit", run_unit, false},
                                             {"number", run_number, false},
                                             {"datetime", run_datetime, false},
                                             {"concept_map", run_concept_map, true},
                                             {"state", run_state, false},
                                             {"fold", run_fold, true}}};

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target* find_target(std::string_view name) {
  const auto* const found = std::ranges::find(kTargets, name, &Target::name);
  return found == kTargets.end() ? nullptr : found;
}

}  // namespace coagwatch::fuzz
