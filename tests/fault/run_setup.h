#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace coagwatch::fault {

/// What the command line says of a run's set-up; the seed draws the rest.
struct SetupWishes {
  std::optional<bool> keyed;
  std::optional<int> topics;
  std::optional<int> workers;
  std::optional<bool> standby;
  std::optional<bool> static_membership;
  std::optional<std::string> time;
  std::optional<int> commands;
};

/// How the daemons of a run are configured, and what comes in besides the input.
struct RunSetup {
  bool keyed = true;          ///< each record's key is its patient; else the router stage works too
  int topics = 1;             ///< of input; more than one only where it is not keyed
  int workers = 1;            ///< of each stage in each process
  std::vector<bool> standby;  ///< of each daemon: whether it keeps copies of what others own
  bool static_membership = false;
  bool event_time = true;  ///< else time is the records', and the wall clock runs timers while nothing comes
  int commands = 0;        ///< patients who are to be forgotten meanwhile
  /// Whether the fold needs the journal, to have what besides the input moved it in its place.
  [[nodiscard]] bool journaled() const { return commands > 0 || !event_time; }
};

/// The same for the same seed, number of daemons and wishes. A wish changes nothing of what is drawn for the others.
RunSetup draw_setup(std::uint32_t seed, int daemons, const SetupWishes& wishes);
/// The options that ask for it: `--unkeyed --topics 2 --workers 2`.
std::string options_of(const RunSetup& setup);
/// In words, for people.
std::string text_of(const RunSetup& setup);

/// Names of one run's topics and group.
struct Names {
  std::string group = "fault";
  std::vector<std::string> inputs = {"input"};
  bool keyed = true;
  std::string by_patient = "by-patient";
  std::string alerts = "alerts";
  std::string status = "status";
  std::string state = "state";
  std::string dead_letters = "dead-letter";
  std::string commands = "commands";
  std::string journal = "journal";

  [[nodiscard]] std::string router_group() const { return group + "-router"; }
  /// What the scoring stage reads.
  [[nodiscard]] const std::string& scored() const { return keyed ? inputs.front() : by_patient; }
  /// All that the daemons write in transactions.
  [[nodiscard]] std::vector<std::string> written() const;
  /// Whether the topic is compacted: what was superseded may be gone.
  [[nodiscard]] bool is_compacted(const std::string& topic) const { return topic == status || topic == state; }
};
Names names_for(const RunSetup& setup);

}  // namespace coagwatch::fault
