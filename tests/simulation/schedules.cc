#include "tests/simulation/schedules.h"

#include <array>
#include <cstdlib>

namespace coagwatch::simulation {
namespace {

using std::chrono::milliseconds;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 30;
#else
constexpr std::uint64_t kSeeds = 250;
#endif

/// A rate per 10,000 calls: often none at all.
std::uint32_t rate(Random& random, std::int64_t highest) {
  if (random.chance(2'500)) return 0;
  return static_cast<std::uint32_t>(random.between(1, highest));
}

}  // namespace

Scenario::Settings random_settings(std::uint64_t seed) {
  Random random(seed ^ 0x5E771'A65ULL);
  Scenario::Settings settings;
  settings.seed = seed;
  settings.partitions = static_cast<std::int32_t>(random.between(1, 5));
  settings.workers = static_cast<std::size_t>(random.chance(2'000) ? 1 : random.between(2, 3));
  settings.records = static_cast<std::size_t>(random.between(30, 400));
  settings.patients = static_cast<std::size_t>(random.between(1, 12));
  settings.feed_rate = static_cast<std::uint32_t>(random.between(300, 6'000));
  static constexpr std::array<std::uint32_t, 3> kSlowMarkers{0, 2'000, 6'000};
  settings.cluster.slow_markers = kSlowMarkers[random.below(kSlowMarkers.size())];
  settings.transactional_input = random.chance(5'000);
  settings.compaction = random.chance(5'000);
  settings.restarts = random.chance(7'000);
  static constexpr std::array<std::size_t, 5> kMaxRecords{1, 2, 10, 50, 10'000};
  settings.worker.max_records = kMaxRecords[random.below(kMaxRecords.size())];
  if (random.chance(3'000)) settings.worker.max_touched = static_cast<std::size_t>(random.between(1, 4));
  settings.worker.gather = milliseconds(random.between(0, 5));
  settings.worker.max_open = milliseconds(random.between(5, 100));
  return settings;
}

Scenario::FaultMaker random_faults(std::uint64_t seed) {
  return [seed](std::size_t worker) {
    Random random((seed ^ 0xFA175ULL) + worker * 0x1'0001ULL);
    RandomFaults::Rates rates;
    rates.kill = rate(random, 60);
    rates.stall = rate(random, 30);
    rates.group = rate(random, 150);
    rates.refuse = rate(random, 300);
    rates.outcome = rate(random, 3'000);
    static constexpr std::array kFavourites{Fault::none,         Fault::aborted,   Fault::fatal,
                                            Fault::unknown_late, Fault::straggler, Fault::unknown_committed};
    rates.favourite = kFavourites[random.below(kFavourites.size())];
    return std::make_unique<RandomFaults>(random.next(), rates);
  };
}

std::optional<std::uint64_t> seed_from_environment() {
  const char* text = std::getenv("COAGWATCH_TEST_SEED");
  if (text == nullptr || *text == '\0') return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

std::uint64_t seeds_per_test() { return kSeeds; }

void add(Report& sum, const Report& report) {
  sum.alerts += report.alerts;
  sum.dead_letters += report.dead_letters;
  sum.committed += report.committed;
  sum.aborted += report.aborted;
  sum.replaced += report.replaced;
  sum.unknown += report.unknown;
  sum.lost += report.lost;
  sum.revoked += report.revoked;
  sum.restored += report.restored;
  sum.killed += report.killed;
  sum.overtaken += report.overtaken;
}

}  // namespace coagwatch::simulation
