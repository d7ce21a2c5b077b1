#include "tests/simulation/schedules.h"

#include <algorithm>
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

/// Commands, links, and who divides the patients among partitions. With draws of its own, so that all else of a seed
/// stays as it was.
void divide(std::uint64_t seed, Scenario::Settings& settings) {
  Random random(seed ^ 0xD1'71DEULL);
  settings.command_rate = rate(random, 600);
  settings.links = random.chance(6'000);
  const std::uint64_t draw = random.below(100);
  settings.routed = draw < 55;
  settings.routers = draw < 25 ? static_cast<std::size_t>(random.between(1, 3)) : 0;
  settings.raw_topics = static_cast<std::size_t>(random.between(1, 2));
  settings.raw_partitions = static_cast<std::int32_t>(random.between(1, 3));
  static constexpr std::array<std::size_t, 4> kMaxRecords{1, 3, 10, 10'000};
  settings.router.max_records = kMaxRecords[random.below(kMaxRecords.size())];
  settings.router.gather = milliseconds(random.between(0, 5));
  settings.router.max_open = milliseconds(random.between(5, 100));
}

}  // namespace

Scenario::Settings random_settings(std::uint64_t seed) {
  Random random(seed ^ 0x5E771'A65ULL);
  Scenario::Settings settings;
  settings.seed = seed;
  settings.partitions = static_cast<std::int32_t>(random.between(1, 5));
  settings.workers = static_cast<std::size_t>(random.chance(2'000) ? 1 : random.between(2, 4));
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
  // The feed's records are minutes apart: with the fastest clock the wall is ahead of them, with the slowest never.
  static constexpr std::array<std::int64_t, 6> kClockRates{1, 1, 1, 3'600, 30'000, 200'000};
  settings.cluster.clock_rate = kClockRates[random.below(kClockRates.size())];
  if (random.chance(6'000)) {
    settings.standbys = static_cast<std::size_t>(random.between(1, static_cast<std::int64_t>(settings.workers)));
  }
  static constexpr std::array<std::uint32_t, 3> kReaderRates{10'000, 5'000, 1'500};
  settings.reader_rate = kReaderRates[random.below(kReaderRates.size())];
  settings.records_read = random.chance(5'000) ? 40 : random.between(1, 5);
  settings.standby_after = milliseconds(random.between(0, 3'000));
  settings.weather.outage = rate(random, 60);
  settings.weather.storm = rate(random, 60);
  divide(seed, settings);
  // Below the transaction's timeout: who is thrown out has time to bring something to its end.
  static constexpr std::array<int, 3> kSessions{10, 6, 3};
  settings.cluster.group.session_timeout = std::chrono::seconds(kSessions[seed % kSessions.size()]);
  return settings;
}

Scenario::Settings small_settings(std::uint64_t seed) {
  Scenario::Settings settings = random_settings(seed);
  Random random(seed ^ 0x5'3A11ULL);
  settings.records = static_cast<std::size_t>(random.between(8, 48));
  settings.patients = static_cast<std::size_t>(random.between(1, 4));
  settings.partitions = static_cast<std::int32_t>(random.between(1, 4));
  // Less to do at a time, so that as many transactions and rebalances meet in it.
  if (settings.cluster.clock_rate == 1) {
    settings.worker.max_records = std::min<std::size_t>(settings.worker.max_records, 10);
  }
  return settings;
}

Scenario::FaultMaker random_faults(std::uint64_t seed, Fault favourite) {
  return [seed, favourite](std::size_t worker) {
    Random random((seed ^ 0xFA175ULL) + worker * 0x1'0001ULL);
    RandomFaults::Rates rates;
    rates.kill = rate(random, 60);
    rates.stall = rate(random, 30);
    rates.group = rate(random, 150);
    rates.refuse = rate(random, 300);
    rates.outcome = rate(random, 3'000);
    static constexpr std::array kFavourites{Fault::none,         Fault::aborted,       Fault::fatal,
                                            Fault::unknown_late, Fault::straggler,     Fault::unknown_committed,
                                            Fault::late_offsets, Fault::stall_sending, Fault::stale};
    rates.favourite = kFavourites[random.below(kFavourites.size())];
    if (favourite != Fault::none) rates.favourite = favourite;
    return std::make_unique<RandomFaults>(random.next(), rates);
  };
}

std::optional<std::uint64_t> seed_from_environment() {
  const char* text = std::getenv("COAGWATCH_TEST_SEED");
  if (text == nullptr || *text == '\0') return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

std::uint64_t seeds_per_test() { return kSeeds; }

std::string summary(const Report& sum) {
  const auto count = [](std::size_t n, const char* what) { return std::to_string(n) + ' ' + what; };
  return count(sum.alerts, "alerts, ") + count(sum.dead_letters, "dead letters, ") + count(sum.ticks, "ticks, ") +
         count(sum.commands, "commands, ") + count(sum.routed, "runs with a router stage; transactions: ") +
         count(sum.committed, "committed, ") + count(sum.aborted, "aborted, ") + count(sum.replaced, "replaced, ") +
         count(sum.unknown, "unknown; ") + count(sum.lost, "lost, ") + count(sum.revoked, "revoked, ") +
         count(sum.restored, "restored, ") + count(sum.promoted, "promoted, ") + count(sum.reread, "read anew, ") +
         count(sum.killed, "killed, ") + count(sum.overtaken, "overtaken; ") + count(sum.outages, "outages, ") +
         count(sum.storms, "storms");
}

void add(Report& sum, const Report& report) {
  sum.alerts += report.alerts;
  sum.dead_letters += report.dead_letters;
  sum.ticks += report.ticks;
  sum.commands += report.commands;
  sum.routed += report.routed;
  sum.committed += report.committed;
  sum.aborted += report.aborted;
  sum.replaced += report.replaced;
  sum.unknown += report.unknown;
  sum.lost += report.lost;
  sum.revoked += report.revoked;
  sum.restored += report.restored;
  sum.killed += report.killed;
  sum.promoted += report.promoted;
  sum.reread += report.reread;
  sum.overtaken += report.overtaken;
  sum.outages += report.outages;
  sum.storms += report.storms;
  sum.steps += report.steps;
}

}  // namespace coagwatch::simulation
