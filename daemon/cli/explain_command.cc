#include <algorithm>
#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/explain_text.h"
#include "daemon/cli/feed_reader.h"
#include "daemon/cli/file_fold.h"
#include "daemon/cli/patient_history.h"
#include "daemon/cli/setup.h"
#include "fhir/datetime.h"
#include "fhir/explanation_writer.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {
namespace {

int usage(const std::string& text) {
  std::fprintf(stderr, "coagwatch explain: %s\n", text.c_str());
  return kExitUsage;
}

int failed(const std::string& text) {
  std::fprintf(stderr, "coagwatch explain: %s\n", text.c_str());
  return kExitFailed;
}

/// What is wrong with the options, or nothing.
std::string read_time(const std::string& text, const fhir::TimeZone& zone, rules::Timestamp& time) {
  if (text.empty()) return {};
  const auto parsed = fhir::parse_datetime(text, zone);
  if (!parsed || parsed->precision != fhir::ParsedTime::Precision::instant || parsed->zone_missing) {
    return "--at: expected a time with its zone (RFC 3339), such as 2026-01-02T08:00:00Z";
  }
  time = parsed->time;
  return {};
}

std::string unknown_criterion(const std::vector<std::string>& ids, const rules::RuleSet& rules) {
  std::vector<std::string_view> known;
  for (const rules::Criterion& criterion : rules.criteria) known.push_back(criterion.id);
  for (const std::string& id : ids) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    const auto near = rules::nearest_name(id, known);
    return "--criterion " + id + ": not in force" + (near ? "; did you mean " + *near + "?" : "");
  }
  return {};
}

/// Whether an alert is of one of the criteria; where none are named, any is.
bool concerns(const rules::ExplainedAlert& alert, const std::vector<std::string>& ids) {
  const std::string list = "," + alert.criteria + ",";
  return ids.empty() || std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
           return list.find("," + id + ",") != std::string::npos;
         });
}

/// Folds the files; what stopped it, or nothing.
std::string read_feed(const ExplainOptions& options, const std::shared_ptr<const Setup>& setup, PatientHistory& history,
                      std::size_t& patients) {
  FileFold fold(fold_settings(setup), JournalFile(), history, 1);
  FeedReader feed(options.files);
  bool first = true;
  while (const InputRecord* record = feed.next()) {
    if (first) fold.set_form(feed.form(), feed.topic(), setup->config.output.by_patient);
    first = false;
    history.set_source(feed.line(), record->partition);
    fold.apply(*record);
  }
  fold.end();
  patients = fold.patients();
  return feed.error();
}

/// How much newer than the time that is explained results may be before the window has no room for it.
rules::Duration room(const Setup& setup) {
  const std::int64_t spare = setup.config.window.window.micros - rules::looks_back(setup.rules).micros;
  return {std::max<std::int64_t>(spare, 0)};
}

int print_explanation(const ExplainOptions& options, const Setup& setup, const PatientHistory& history,
                      rules::Timestamp asked) {
  rules::PatientState state = history.state();
  if (state.merged_into.length != 0) {
    return failed("this record is merged into another one of the patient (Patient.link), which has his scores");
  }
  fhir::ExplanationContext context;
  context.version = COAGWATCH_VERSION;
  context.patient = options.patient;
  context.asked = asked;
  if (history.stopped()) context.until = state.at;
  if (asked.known()) rules::forget_after(state, asked);
  if (!state.at.known()) {
    return failed(asked.known() ? "no result of this patient that was collected at or before --at is kept"
                                : "no result of this patient is in force");
  }
  std::vector<rules::ExplainedAlert> alerts = history.alerts_until(state.at);
  std::erase_if(alerts, [&](const rules::ExplainedAlert& alert) { return !concerns(alert, options.criteria); });
  context.alerts = alerts;
  std::vector<rules::ExplainedDecision> decisions = history.decisions_until(state.at);
  std::erase_if(decisions, [&](const rules::ExplainedDecision& decision) {
    return !options.criteria.empty() &&
           std::ranges::find(options.criteria, decision.decision.criterion) == options.criteria.end();
  });
  context.decisions = decisions;
  rules::Explanation explanation;
  rules::explain(setup.rules, state, state.at, options.criteria, explanation);
  std::string text;
  if (options.json) {
    fhir::write_explanation(context, explanation, text);
    text.push_back('\n');
  } else {
    text = explanation_text(context, explanation);
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitOk;
}

}  // namespace

int explain_command(const ExplainOptions& options) {
  std::vector<rules::Problem> problems;
  const std::shared_ptr<const Setup> setup = load_setup(options.config, Purpose::offline, problems);
  if (!setup) {
    print_problems(problems);
    return kExitUsage;
  }
  rules::Timestamp asked = rules::Timestamp::none();
  if (const auto wrong = read_time(options.at, setup->config.time_zone, asked); !wrong.empty()) return usage(wrong);
  if (const auto wrong = unknown_criterion(options.criteria, setup->rules); !wrong.empty()) return usage(wrong);
  PatientHistory history(options.patient, asked, room(*setup));
  std::size_t patients = 0;
  if (const auto wrong = read_feed(options, setup, history, patients); !wrong.empty()) return usage(wrong);
  if (!history.found()) {
    // No other key is named: it is another patient's.
    return failed("no result of that patient key is in the files, which hold " + std::to_string(patients) +
                  (patients == 1 ? " patient" : " patients"));
  }
  if (history.scattered()) {
    std::fprintf(stderr,
                 "coagwatch explain: the patient's records are in several partitions, each with a state of its own; "
                 "this is the one that changed last\n");
  }
  return print_explanation(options, *setup, history, asked);
}

}  // namespace coagwatch::daemon
