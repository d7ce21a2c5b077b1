#include "daemon/cli/state_arguments.h"

namespace coagwatch::daemon {
namespace {

constexpr const char* kRepartitionHelp =
    "Makes the state of another number of partitions. FILE names other topics for state, status, journal, commands "
    "and\n"
    "by-patient, and another kafka.group; OLD is only read. Nobody may work on either, and OLD must have processed "
    "all\n"
    "that its partitions read: end its processes, and let `coagwatch run --drain -c OLD` end by itself.\n"
    "Where it does not succeed, FILE's partitions refuse to start: delete FILE's topics, and run it again.\n"
    "\n";

constexpr const char* kRebaseHelp =
    "For a partition that stopped because its input topic was deleted and made anew, or truncated. Says what the "
    "state\n"
    "is of and what there is now; with --yes, the partition goes on there with what it knows of its patients. Nobody "
    "may\n"
    "work on it meanwhile. Results that were lost in between are never seen.\n"
    "\n";

/// Without the validator's own word for a file beside ours in --help.
CLI::Validator existing_file() { return CLI::ExistingFile.description(""); }

void add_readers(CLI::App* command, StateOptions& options, int& code) {
  const auto add = [&](const std::string& name, const std::string& what, int (*run)(const StateOptions&)) {
    CLI::App* sub = command->add_subcommand(name, what);
    CLI::Option* files = sub->add_option("files", options.files, "Captures of the state topic, gzip or not; - is stdin")
                             ->type_name("FILE");
    sub->add_option("-c,--config", options.config, "Configuration file: read the topic itself, to its present end")
        ->type_name("FILE")
        ->check(existing_file())
        ->excludes(files);
    sub->callback([&options, &code, run] {
      if (options.files.empty() && options.config.empty()) throw CLI::RequiredError("FILE or --config");
      code = run(options);
    });
    return sub;
  };
  CLI::App* dump = add("dump", "Print the last state of each patient, and each partition's record, as JSON lines",
                       state_dump_command);
  dump->add_option("--patient", options.patient, "Of this patient key alone")->type_name("KEY");
  add("verify", "Check that every record can be read, and what they say of each partition", state_verify_command);
}

void add_repartition(CLI::App* command, RepartitionOptions& options, int& code) {
  CLI::App* sub = command->add_subcommand("repartition", "Make the state of another number of partitions");
  sub->add_option("--from", options.from, "Configuration file of the installation as it is")
      ->type_name("OLD")
      ->required()
      ->check(existing_file());
  sub->add_option("-c,--config", options.config, "Configuration file of the new one")
      ->type_name("FILE")
      ->required()
      ->check(existing_file());
  sub->add_option("--partitions", options.partitions,
                  "Among how many patients are to be divided, where that topic is made now")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000).description(""));
  sub->add_option("--partitioner", options.partitioner,
                  "With input.keyed-by-patient, how the site's producers divide keys: murmur2 (Java), consistent\n"
                  "(librdkafka), fnv1a (Sarama). What OLD holds must agree with it")
      ->type_name("NAME")
      ->capture_default_str();
  sub->footer(kRepartitionHelp);
  sub->callback([&options, &code] { code = state_repartition_command(options); });
}

void add_rebase(CLI::App* command, RebaseOptions& options, int& code) {
  CLI::App* sub = command->add_subcommand("rebase", "Accept an input topic, or commands, made anew or truncated");
  sub->add_option("-c,--config", options.config, "Configuration file (YAML)")
      ->type_name("FILE")
      ->required()
      ->check(existing_file());
  sub->add_option("--partition", options.partition, "Partition of the topic that is scored")
      ->type_name("P")
      ->required();
  sub->add_option("--offset", options.offset, "Where to go on, instead of the first offset that is kept")
      ->type_name("N");
  sub->add_flag("--yes", options.yes, "Write it");
  sub->footer(kRebaseHelp);
  sub->callback([&options, &code] { code = state_rebase_command(options); });
}

}  // namespace

void add_state(CLI::App& app, StateArguments& arguments, int& code) {
  CLI::App* command = app.add_subcommand("state", "Print, check or mend what the state topic holds");
  command->require_subcommand(1);
  add_readers(command, arguments.state, code);
  add_repartition(command, arguments.repartition, code);
  add_rebase(command, arguments.rebase, code);
}

}  // namespace coagwatch::daemon
