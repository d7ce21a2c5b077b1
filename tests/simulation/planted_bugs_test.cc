// A checker that has never caught a bug is not a checker: each known bug, planted, must be caught by one of the first
// schedules, which is clean without it. README.md lists them with the seeds that did.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>

#include "tests/simulation/fold_rules.h"
#include "tests/simulation/schedules.h"

namespace coagwatch::simulation {
namespace {

struct Bug {
  const char* name;
  std::uint64_t within;  ///< so many seeds, from 0 on
  std::function<void(Scenario::Settings&)> plant;
  Fault favourite = Fault::none;  ///< what goes wrong most often, if it is not drawn; also without the bug
};

void PrintTo(const Bug& bug, std::ostream* out) { *out << bug.name; }

class PlantedBugs : public testing::TestWithParam<Bug> {};

TEST_P(PlantedBugs, AreCaught) {
  for (std::uint64_t seed = 0; seed < GetParam().within; ++seed) {
    Scenario::Settings settings = small_settings(seed);
    GetParam().plant(settings);
    const Scenario::FaultMaker faults = random_faults(seed, GetParam().favourite);
    const Report report = Scenario(settings, faults).run();
    if (report.problems.empty()) continue;
    const Report without = Scenario(small_settings(seed), faults).run();
    EXPECT_TRUE(without.problems.empty()) << "seed " << seed << " fails without the bug too";
    std::printf("| `%s` | %llu | %llu | %s |\n", GetParam().name, static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(GetParam().within), report.problems.front().c_str());
    return;
  }
  FAIL() << "none of the first " << GetParam().within << " seeds catches it";
}

using Settings = Scenario::Settings;

/// A bug of the engine.
Bug engine(const char* name, std::uint64_t within, bool daemon::EngineFaults::*fault) {
  return {name, within, [fault](Settings& settings) { settings.worker.faults.*fault = true; }};
}
/// … that shows where much goes wrong in one way.
Bug where(Fault favourite, Bug bug) {
  bug.favourite = favourite;
  return bug;
}
/// A bug of copies that are kept of what others own.
Bug standby(const char* name, std::uint64_t within, bool daemon::EngineFaults::*fault) {
  return engine(name, within, fault);
}
/// A bug of the engine in the workers of the router stage alone.
Bug router(const char* name, std::uint64_t within, bool daemon::EngineFaults::*fault) {
  return {name, within, [fault](Settings& settings) { settings.router.faults.*fault = true; }};
}
/// A bug of the client under it.
Bug seam(const char* name, std::uint64_t within, bool SeamBugs::*bug) {
  return {name, within, [bug](Settings& settings) { settings.bugs.*bug = true; }};
}
/// The partition record names another offset than the last one applied.
Bug record(const char* name, std::uint64_t within, int ahead) {
  return {name, within, [ahead](Settings& settings) { settings.worker.faults.record_ahead = ahead; }};
}
/// Records of one topic are written outside of the transaction.
Bug outside(const char* name, std::uint64_t within, daemon::OutputTopic topic) {
  return {name, within, [topic](Settings& settings) {
            settings.bugs.topic_outside = true;
            settings.bugs.outside = topic;
          }};
}

using daemon::EngineFaults;
using daemon::OutputTopic;

INSTANTIATE_TEST_SUITE_P(
    , PlantedBugs,
    testing::Values(
        engine("offset_instead_of_next", 50, &EngineFaults::offset_instead_of_next),
        engine("resume_one_late", 50, &EngineFaults::resume_one_late),
        engine("timers_without_offset", 500, &EngineFaults::timers_without_offset),
        engine("tick_unjournaled", 500, &EngineFaults::tick_unjournaled),
        engine("trust_known_end", 500, &EngineFaults::trust_known_end), record("record_one_behind", 50, -1),
        record("record_one_ahead", 50, 1), engine("no_rewind_on_abort", 500, &EngineFaults::no_rewind_on_abort),
        engine("keep_state_on_abort", 500, &EngineFaults::keep_state_on_abort),
        where(Fault::aborted, engine("no_rewind_of_kept", 5'000, &EngineFaults::no_rewind_of_kept)),
        engine("ignore_failed_produce", 500, &EngineFaults::ignore_failed_produce),
        engine("unknown_as_aborted", 500, &EngineFaults::unknown_as_aborted),
        engine("unknown_as_committed", 500, &EngineFaults::unknown_as_committed),
        engine("commit_lost", 500, &EngineFaults::commit_lost),
        engine("no_abort_of_lost", 500, &EngineFaults::no_abort_of_lost),
        engine("release_before_commit", 500, &EngineFaults::release_before_commit),
        engine("restore_to_lso", 1'000, &EngineFaults::restore_to_lso),
        engine("restore_cut_short", 500, &EngineFaults::restore_cut_short),
        where(Fault::stall_sending, engine("end_before_settled", 2'000, &EngineFaults::end_before_settled)),
        engine("no_follow_on_abort", 500, &EngineFaults::no_follow_on_abort),
        engine("follow_one_late", 50, &EngineFaults::follow_one_late),
        where(Fault::stale, engine("trust_old_answers", 1'000, &EngineFaults::trust_old_answers)),
        where(Fault::stale, engine("believe_any_end", 1'000, &EngineFaults::believe_any_end)),
        where(Fault::stall_sending, engine("state_marked_early", 20'000, &EngineFaults::state_marked_early)),
        where(Fault::stale, router("router_trust_old_answers", 1'000, &EngineFaults::trust_old_answers)),
        router("router_no_rewind_on_abort", 500, &EngineFaults::no_rewind_on_abort),
        router("router_offset_ahead", 500, &EngineFaults::offset_ahead),
        router("router_offset_behind", 500, &EngineFaults::offset_instead_of_next),
        router("router_resume_one_late", 500, &EngineFaults::resume_one_late),
        router("router_unknown_as_aborted", 1'000, &EngineFaults::unknown_as_aborted),
        router("router_unknown_as_committed", 1'000, &EngineFaults::unknown_as_committed),
        router("router_commit_lost", 1'000, &EngineFaults::commit_lost),
        standby("standby_without_tail", 500, &EngineFaults::standby_without_tail),
        standby("standby_goes_on", 500, &EngineFaults::standby_goes_on),
        seam("hide_suspect", 1'000, &SeamBugs::hide_suspect), outside("alerts_outside", 500, OutputTopic::alerts),
        outside("journal_outside", 500, OutputTopic::journal),
        outside("dead_letters_outside", 500, OutputTopic::dead_letter),
        outside("state_outside", 500, OutputTopic::state), outside("commands_outside", 500, OutputTopic::commands),
        outside("by_patient_outside", 500, OutputTopic::by_patient),
        seam("command_unjournaled", 50, &SeamBugs::command_unjournaled),
        seam("read_uncommitted_commands", 500, &SeamBugs::read_uncommitted_commands),
        seam("stale_command_after_follow", 500, &SeamBugs::stale_command_after_follow),
        seam("stale_group_metadata", 500, &SeamBugs::stale_group_metadata),
        seam("no_group_metadata", 1'000, &SeamBugs::no_group_metadata),
        seam("read_uncommitted_input", 500, &SeamBugs::read_uncommitted_input),
        seam("read_uncommitted_state", 1'000, &SeamBugs::read_uncommitted_state),
        seam("read_uncommitted_standby", 1'000, &SeamBugs::read_uncommitted_standby),
        seam("stale_record_after_rewind", 500, &SeamBugs::stale_record_after_rewind)),
    [](const testing::TestParamInfo<Bug>& bug) { return std::string(bug.param.name); });

/// Needs an operator too: only records read a second time can be applied again.
TEST(PlantedBug, ApplyingAgainAfterTheGroupWasResetIsCaught) {
  for (const bool planted : {false, true}) {
    Settings settings;
    settings.seed = 21;
    settings.partitions = 1;
    settings.restarts = settings.compaction = settings.transactional_input = false;
    settings.check_transactions = false;
    settings.worker.faults.apply_again = planted;
    Scenario scenario(settings, [](std::size_t /*worker*/) { return std::make_unique<NoFaults>(); });
    scenario.feed(60);
    ASSERT_TRUE(scenario.finish().problems.empty());
    scenario.restart_all();
    scenario.cluster().group().set_committed(0, 5);
    scenario.run_for(std::chrono::seconds(20));
    EXPECT_EQ(scenario.finish().problems.empty(), !planted);
  }
}

}  // namespace
}  // namespace coagwatch::simulation
