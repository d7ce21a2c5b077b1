#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"
#include "daemon/cli/state_arguments.h"
#include "daemon/kafka/kafka_broker.h"
#include "rules/criterion/yaml.h"

namespace {

using namespace coagwatch::daemon;  // the program's own main

constexpr const char* kExitCodes =
    "Exit codes: 0 success, 1 the check failed, 2 usage or configuration error, 3 a needed service could not be "
    "reached.";

/// Without the validator's own word for a file beside ours in --help.
CLI::Validator existing_file() { return CLI::ExistingFile.description(""); }

void add_config(CLI::App& command, std::string& path, bool required) {
  CLI::Option* option =
      command.add_option("-c,--config", path, "Configuration file (YAML); every key can be overridden by COAGWATCH_…")
          ->type_name("FILE")
          ->check(existing_file());
  if (required) option->required();
}

/// CLI11 says that a command is missing also where a wrong one was given.
int missing_command(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> given = app.remaining();
  if (given.empty()) return app.exit(error) == 0 ? kExitOk : kExitUsage;
  std::vector<std::string_view> names;
  std::string all;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
    all.append(all.empty() ? "" : ", ").append(command->get_name());
  }
  const auto near = coagwatch::rules::nearest_name(given.front(), names);
  std::fprintf(stderr, "coagwatch: unknown %s %s; %s\nRun with --help for more information.\n",
               given.front().starts_with('-') ? "option" : "command", given.front().c_str(),
               near ? ("did you mean " + *near + "?").c_str() : ("the commands are " + all).c_str());
  return kExitUsage;
}

/// What was printed may still have been lost: a full disk shows at the last write.
int with_output_written(int code) {
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  // What failed has said so already.
  if (written || code != kExitOk) return code;
  std::fprintf(stderr, "coagwatch: the output could not be written\n");
  return kExitFailed;
}

/// The commands' callbacks run while it parses; they set `code`.
int parse_and_run(CLI::App& app, int argc, char** argv, const int& code) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    return missing_command(app, error);
  } catch (const CLI::ParseError& error) {
    // --help and --version come here too, with exit code 0.
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "coagwatch: %s\n", error.what());
    return kExitFailed;
  }
  return with_output_written(code);
}

void add_report(CLI::App& command, ReplayOptions& options) {
  CLI::Option* report =
      command
          .add_option("--report", options.report,
                      "Write a report of the whole replay: one HTML file that needs nothing else. With --emit none\n"
                      "nothing is printed besides")
          ->type_name("F.html");
  command.add_option("--report-patients", options.report_patients, "Time lines of so many patients at most")
      ->type_name("N")
      ->needs(report)
      ->capture_default_str();
  command
      .add_flag("--report-keys", options.report_keys,
                "Name patients by their keys and times as dates, so that the report must not leave the ward.\n"
                "Else they are numbered, and times are days since a patient's first result")
      ->needs(report);
  command
      .add_option("--outcomes", options.outcomes,
                  "CSV with the header patient,label and optionally a third column, the time of the outcome;\n"
                  "labels are 1, 0, yes, no. The report compares the criteria with them")
      ->type_name("CSV")
      ->check(existing_file())
      ->needs(report);
}

void add_replay(CLI::App& app, ReplayOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("replay", "Run the same scoring over files, without a broker");
  command->add_option("files", options.files, "NDJSON files in arrival order or captures, gzip or not; - is stdin")
      ->required()
      ->type_name("FILE");
  add_config(*command, options.config, false);
  command
      ->add_option(
          "--emit", options.emit,
          "What to print: alerts, notifications, assessments, status, intake, dead-letters, unmapped; or none.\n"
          "One kind: bare records; several: one JSON object a line, {\"kind\",\"key\",\"value\"}, with value-base64 "
          "instead where a\n"
          "dead letter is not UTF-8")
      ->type_name("KIND")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->delimiter(',')
      ->default_str("alerts");
  command->add_option("--journal", options.journal, "Capture of the journal topic of the run that is replayed")
      ->type_name("FILE")
      ->check(existing_file());
  add_report(*command, options);
  command->callback([&options, &code] { code = replay_command(options); });
}

void add_criteria(CLI::App& app, CriteriaOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("criteria", "List the criteria, or print one as a table");
  command->add_option("id", options.id,
                      "Criterion to print, `isth-2001`; `jaam/en` in that profile, `jmhw/` in its default");
  add_config(*command, options.config, false);
  CLI::Option* json = command->add_flag("--json", options.json, "Print everything of it, or of all, as JSON");
  CLI::Option* markdown = command->add_flag("--markdown", options.markdown, "Print it, or all, as a Markdown page");
  CLI::Option* yaml = command->add_flag("--yaml", options.yaml, "Print its file, to start a criterion of your own");
  json->excludes(markdown)->excludes(yaml);
  markdown->excludes(yaml);
  command->add_flag("--schema", options.schema, "Print the JSON Schema of criterion files, for editors");
  command->add_flag("--test-schema", options.test_schema, "Print the JSON Schema of criterion test files");
  command->callback([&options, &code] { code = criteria_command(options); });
}

constexpr const char* kExplainHelp =
    "Reads the files as replay does and prints, for one patient at one time: the values that count with their source\n"
    "and age; the facts with the resources that state them; of each criterion its status, gate, items, the band that\n"
    "gave each its points, and what further tests would change; and the alerts written up to then.\n"
    "\n"
    "The time is clinical: the newest collection time of a result at or before --at. What is explained is that time\n"
    "as results stand after all the files, later corrections included; only where later results leave no room for it\n"
    "in the patient's window (limits.window), as they stood before those came, and then the output says so.\n"
    "\n"
    "Where nothing of the patient key is in the files, or nothing of that time, the exit code is 1.\n"
    "\n"
    "Examples:\n"
    "  coagwatch explain feed.ndjson --patient Patient/17\n"
    "  coagwatch explain capture.ndjson.gz -c site.yaml --patient Patient/17 --at 2026-01-02T20:00:00Z\n"
    "  coagwatch explain - --patient Patient/17 --criterion jaam --criterion sic --json <feed.ndjson\n"
    "\n";

void add_explain(CLI::App& app, ExplainOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("explain", "Explain why a patient's scores are what they are, at any time");
  command->add_option("files", options.files, "NDJSON files in arrival order or captures, gzip or not; - is stdin")
      ->required()
      ->type_name("FILE");
  command->add_option("--patient", options.patient, "Patient key, exactly as records have it: Patient/17")
      ->required()
      ->type_name("KEY");
  command->add_option("--at", options.at, "Time to explain (RFC 3339); by default the patient's newest clinical time")
      ->type_name("TIME");
  command->add_option("--criterion", options.criteria, "Only this criterion; may be given several times")
      ->type_name("ID")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->delimiter(',');
  command->add_flag("--json", options.json, "Print one JSON object (fhir/explanation.schema.json)");
  add_config(*command, options.config, false);
  command->callback([&options, &code] { code = explain_command(options); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "coagwatch: scores DIC criteria on a stream of FHIR Observations and publishes alerts, exactly once.\n"
      "A score says that criteria are met; it is no diagnosis and no advice on therapy."};
  app.require_subcommand(1);
  app.footer(kExitCodes);
  app.set_version_flag("--version",
                       std::string("coagwatch " COAGWATCH_VERSION " (librdkafka ") + kafka::library_version() + ")");
  int code = kExitOk;

  RunOptions run;
  CLI::App* run_app =
      app.add_subcommand("run", "Run the daemon until SIGTERM, then drain; SIGHUP reloads criteria and code maps");
  add_config(*run_app, run.config, true);
  run_app->add_flag("--drain", run.drain,
                    "Score what is left, without reading input topics that the router stage reads, then end by itself\n"
                    "(before `coagwatch state repartition`)");
  run_app->callback([&] { code = run_command(run); });

  CheckOptions check;
  CLI::App* check_app = app.add_subcommand("check", "Check configuration, criteria and code maps");
  add_config(*check_app, check.config, true);
  check_app->add_flag("--json", check.json, "Print the result as JSON");
  check_app->callback([&] { code = check_command(check); });

  TestOptions test;
  CLI::App* test_app = app.add_subcommand("test", "Run criterion test files");
  test_app->add_option("files", test.files, "Test files (YAML or JSON)")->required()->type_name("FILE");
  add_config(*test_app, test.config, false);
  test_app->add_flag("--json", test.json, "Print the result as JSON");
  test_app->callback([&] { code = test_command(test); });

  ReplayOptions replay;
  add_replay(app, replay, code);

  ExplainOptions explain;
  add_explain(app, explain, code);

  CaptureOptions capture;
  CLI::App* capture_app = app.add_subcommand("capture", "Print a topic's records, exactly, for replay");
  capture_app->add_option("topic", capture.topic, "Topic to read, from its start to its present end")->required();
  add_config(*capture_app, capture.config, false);
  capture_app->add_option("--brokers", capture.brokers, "Bootstrap list, instead of kafka.brokers")
      ->type_name("HOST:PORT,…");
  capture_app->add_option("-o,--output", capture.output, "File to write, instead of standard output")
      ->type_name("FILE");
  capture_app->callback([&] { code = capture_command(capture); });

  StateArguments state;
  add_state(app, state, code);

  ForgetOptions forget;
  CLI::App* forget_app = app.add_subcommand("forget", "Have everything known of a patient deleted");
  forget_app->add_option("--patient", forget.patient, "Patient key, exactly as in the status topic")
      ->required()
      ->check([](const std::string& key) { return std::string(key.empty() ? "nobody has an empty key" : ""); }, "")
      ->type_name("KEY");
  add_config(*forget_app, forget.config, false);
  forget_app->add_option("--brokers", forget.brokers, "Bootstrap list, instead of kafka.brokers")
      ->type_name("HOST:PORT,…");
  forget_app->callback([&] { code = forget_command(forget); });

  CriteriaOptions criteria;
  add_criteria(app, criteria, code);

  for (CLI::App* command : app.get_subcommands({})) {
    command->set_version_flag("--version", std::string("coagwatch " COAGWATCH_VERSION));
    command->footer(command->get_name() == "explain" ? std::string(kExplainHelp) + kExitCodes : kExitCodes);
    for (CLI::App* part : command->get_subcommands({})) {
      part->set_version_flag("--version", std::string("coagwatch " COAGWATCH_VERSION));
      const std::string own = part->get_footer();
      part->footer(own.ends_with(kExitCodes) ? own : own + kExitCodes);
    }
  }
  return parse_and_run(app, argc, argv, code);
}
