#include "tests/fault/run_setup.h"

#include <algorithm>
#include <random>

namespace coagwatch::fault {

RunSetup draw_setup(std::uint32_t seed, int daemons, const SetupWishes& wishes) {
  // Another sequence than the plan's, which stays as it was.
  std::mt19937 random(seed ^ 0x5e7U);
  const auto one_in = [&random](std::uint32_t n) { return random() % n == 0; };
  RunSetup setup;
  const bool keyed = one_in(2);
  setup.keyed = wishes.keyed.value_or(keyed);
  const int topics = one_in(2) ? 2 : 1;
  setup.topics = setup.keyed ? 1 : wishes.topics.value_or(topics);
  const int workers = one_in(2) ? 2 : 1;
  setup.workers = wishes.workers.value_or(workers);
  const bool standby = one_in(2);
  const bool all = one_in(2);
  // The one that joins and leaves is one of them.
  for (int i = 0; i <= daemons; ++i) {
    const bool drawn = one_in(2);
    setup.standby.push_back(wishes.standby.value_or(standby) && (all || i == 0 || drawn));
  }
  const bool fixed = one_in(2);
  setup.static_membership = wishes.static_membership.value_or(fixed);
  const bool event_time = one_in(2);
  setup.event_time = wishes.time ? *wishes.time == "event" : event_time;
  const int commands = one_in(2) ? 0 : 5 + static_cast<int>(random() % 20);
  setup.commands = wishes.commands.value_or(commands);
  return setup;
}

std::string options_of(const RunSetup& setup) {
  const bool standby = std::ranges::find(setup.standby, true) != setup.standby.end();
  return std::string(setup.keyed ? "--keyed" : "--unkeyed --topics " + std::to_string(setup.topics)) + " --workers " +
         std::to_string(setup.workers) + (standby ? " --standby" : " --no-standby") +
         (setup.static_membership ? " --static" : " --no-static") +
         (setup.event_time ? " --time event" : " --time record") + " --commands " + std::to_string(setup.commands);
}

std::string text_of(const RunSetup& setup) {
  std::string text = setup.keyed ? "keyed input" : "unkeyed input of " + std::to_string(setup.topics) + " topic(s)";
  text += ", " + std::to_string(setup.workers) + " worker(s) a stage, standby copies in ";
  std::string with;
  for (std::size_t i = 0; i < setup.standby.size(); ++i) {
    if (setup.standby[i]) with += (with.empty() ? "d" : " d") + std::to_string(i + 1);
  }
  text += with.empty() ? "none" : with;
  text += setup.static_membership ? ", static members" : ", members of no fixed name";
  text += setup.event_time ? ", time of the results" : ", time of the records";
  return text + ", " + std::to_string(setup.commands) + " patients forgotten";
}

std::vector<std::string> Names::written() const {
  std::vector<std::string> topics = {alerts, dead_letters, status, state, journal, commands};
  if (!keyed) topics.push_back(by_patient);
  return topics;
}

Names names_for(const RunSetup& setup) {
  Names names;
  names.keyed = setup.keyed;
  for (int i = 1; i < setup.topics; ++i) names.inputs.push_back("input-" + std::to_string(i + 1));
  return names;
}

}  // namespace coagwatch::fault
