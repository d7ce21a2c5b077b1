#pragma once

#include <cstdint>
#include <optional>

#include "tests/simulation/scenario.h"

namespace coagwatch::simulation {

/// A scenario whose size, limits and rates of faults are drawn from the seed: some runs have many faults of one kind
/// and none of another, which finds more than all kinds a little.
Scenario::Settings random_settings(std::uint64_t seed);
/// The same with a tenth of the records, for long runs: what goes wrong between daemons shows in a few transactions.
Scenario::Settings small_settings(std::uint64_t seed);
/// `favourite`: what goes wrong most often, where it is not drawn.
Scenario::FaultMaker random_faults(std::uint64_t seed, Fault favourite = Fault::none);

/// COAGWATCH_TEST_SEED: play this seed only.
std::optional<std::uint64_t> seed_from_environment();
/// How many seeds one test plays: fewer under a sanitizer, which is some ten times slower.
std::uint64_t seeds_per_test();

void add(Report& sum, const Report& report);
/// What happened, as one line.
std::string summary(const Report& sum);

}  // namespace coagwatch::simulation
