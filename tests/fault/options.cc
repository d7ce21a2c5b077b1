#include "tests/fault/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <random>
#include <sstream>

namespace coagwatch::fault {
namespace {

/// All kinds of one broker or three: what needs replicas is left out where there are none.
std::vector<Kind> kinds_for(const HarnessOptions& options, const std::vector<std::string>& only) {
  std::vector<Kind> kinds;
  for (const std::string& name : only) kinds.push_back(kind_named(name));
  if (!only.empty()) return kinds;
  for (int i = 0; i < kKinds; ++i) {
    const Kind kind = static_cast<Kind>(i);
    // Alone on a node, Kafka 4.3 may let a transaction hang for ever that was open when it ended, in order or not.
    if (options.brokers == 1 &&
        (kind == Kind::broker_kill || kind == Kind::broker_restart || kind == Kind::broker_disk)) {
      continue;
    }
    kinds.push_back(kind);
  }
  return kinds;
}

/// Of what the seed draws where nothing is asked for.
void add_setup(CLI::App& app, SetupWishes& wishes) {
  const std::string group = "Set-up (drawn from the seed where nothing is said)";
  app.add_flag("--keyed,!--unkeyed", wishes.keyed, "Input keyed by patient, or not: then the router stage works too")
      ->group(group);
  app.add_option("--topics", wishes.topics, "Of unkeyed input")->check(CLI::Range(1, 2))->group(group);
  app.add_option("--workers", wishes.workers, "Of each stage in each process")->check(CLI::Range(1, 8))->group(group);
  app.add_flag("--standby,!--no-standby", wishes.standby, "Some or all daemons keep copies of what others own")
      ->group(group);
  app.add_flag("--static,!--no-static", wishes.static_membership, "Members have fixed names (KIP-345)")->group(group);
  app.add_option("--time", wishes.time, "time.source: event, or record, where the wall clock runs timers")
      ->check(CLI::IsMember({"event", "record"}))
      ->group(group);
  app.add_option("--commands", wishes.commands, "So many patients are forgotten meanwhile")
      ->check(CLI::Range(0, 10'000))
      ->type_name("N")
      ->group(group);
}

}  // namespace

HarnessOptions read_options(int argc, char** argv) {
  HarnessOptions options;
  options.coagwatch = FAULT_COAGWATCH;
  options.state = FAULT_STATE;
  options.seed = std::random_device{}() % 1'000'000;
  std::vector<std::string> only;
  SetupWishes wishes;
  CLI::App app("Plays faults on real daemons and a real Kafka, and judges what they committed. Needs root.");
  app.add_option("--seed", options.seed, "Of the faults and of the feed; else a random one")->type_name("N");
  app.add_option("--brokers", options.brokers)->check(CLI::IsMember({1, 3}))->capture_default_str();
  app.add_option("--kafka", options.kafka, "4.3, or another release, such as 3.9")->capture_default_str();
  app.add_option("--daemons", options.daemons, "Besides one that joins and leaves")->check(CLI::Range(1, 6));
  app.add_option("--partitions", options.partitions)->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--records", options.records)->capture_default_str();
  app.add_option("--faults", options.faults)->capture_default_str();
  app.add_option("--minutes", options.minutes, "In which they are spread")->capture_default_str();
  app.add_option("--only", only, "Kinds of faults")->delimiter(',')->type_name("KIND,…");
  app.add_option("--report", options.report, "Markdown file to write")->type_name("FILE");
  app.add_option("--coagwatch", options.coagwatch)->check(CLI::ExistingFile);
  app.add_option("--bug", options.bug, "Of coagwatch_faulty, which is played instead: it must be found");
  app.add_option("--state", options.state, "Where everything is kept while it runs")->type_name("DIR");
  app.add_flag("--keep", options.keep, "Leave it there afterwards");
  add_setup(app, wishes);
  try {
    app.parse(argc, argv);
    options.kinds = kinds_for(options, only);
    options.only = !only.empty();
    options.setup = draw_setup(options.seed, options.daemons, wishes);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

std::string command_line(const HarnessOptions& options) {
  std::ostringstream line;
  line << "fault_harness --seed " << options.seed << " --brokers " << options.brokers << " --kafka " << options.kafka
       << " --daemons " << options.daemons << " --partitions " << options.partitions << " --records " << options.records
       << " --faults " << options.faults << " --minutes " << options.minutes << " " << options_of(options.setup);
  for (std::size_t i = 0; i < options.kinds.size() && options.only; ++i) {
    line << (i == 0 ? " --only " : ",") << name_of(options.kinds[i]);
  }
  if (!options.bug.empty()) line << " --bug " << options.bug;
  return line.str();
}

}  // namespace coagwatch::fault
