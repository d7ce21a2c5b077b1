#include "tests/fault/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <random>

namespace coagwatch::fault {
namespace {

/// All kinds of one broker or three: what needs replicas is left out where there are none.
std::vector<Kind> kinds_for(const HarnessOptions& options, const std::vector<std::string>& only) {
  std::vector<Kind> kinds;
  for (const std::string& name : only) kinds.push_back(kind_named(name));
  if (!only.empty()) return kinds;
  for (int i = 0; i < kKinds; ++i) {
    const Kind kind = static_cast<Kind>(i);
    // Alone on a node, Kafka 4.3 may let a transaction hang for ever that was open when it was killed.
    if (options.brokers == 1 && (kind == Kind::broker_kill || kind == Kind::broker_disk)) continue;
    kinds.push_back(kind);
  }
  return kinds;
}

}  // namespace

HarnessOptions read_options(int argc, char** argv) {
  HarnessOptions options;
  options.coagwatch = FAULT_COAGWATCH;
  options.state = FAULT_STATE;
  options.seed = std::random_device{}() % 1'000'000;
  std::vector<std::string> only;
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
  try {
    app.parse(argc, argv);
    options.kinds = kinds_for(options, only);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

}  // namespace coagwatch::fault
