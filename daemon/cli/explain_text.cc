#include "daemon/cli/explain_text.h"

#include <algorithm>
#include <utility>

#include "daemon/cli/explain_score_text.h"
#include "daemon/cli/explain_words.h"
#include "fhir/alert_parts.h"
#include "fhir/record_parts.h"
#include "rules/criterion/columns.h"

namespace coagwatch::daemon {
namespace {

using rules::ExplainedFact;
using rules::Explanation;

constexpr std::size_t kName = 28;
constexpr std::size_t kMeasure = 20;
constexpr std::size_t kValue = 24;
constexpr std::size_t kTime = 18;
constexpr std::size_t kAge = 12;
constexpr std::size_t kRest = kTextWidth - kMeasure - kValue - kTime - kAge;
constexpr std::size_t kSpan = 40;
constexpr std::size_t kKind = 18;
constexpr std::size_t kHashShown = 12;

void add_heading(std::string_view title, std::string& out) { out.append("\n").append(title).append("\n"); }

void add_head(const fhir::ExplanationContext& context, const Explanation& explanation, std::string& out) {
  std::string title(context.patient);
  add_labelled("Patient", title, out);
  std::string at = fhir::time_text(explanation.assessment.at);
  if (context.asked.known()) at += ", the newest clinical time up to " + fhir::time_text(context.asked);
  add_labelled("At", at, out);
  if (context.until.known()) {
    add_labelled("",
                 "Results as they stood when the newest was of " + fhir::time_text(context.until) +
                     ": once later ones come, the window (limits.window) has no room for these.",
                 out);
  }
  add_labelled("Rule set",
               explanation.rules->hash.substr(0, kHashShown) + " (sequence " +
                   std::to_string(explanation.rules->sequence) + "), coagwatch " + std::string(context.version),
               out);
  add_labelled("", fhir::kDisclaimer, out);
}

/// Whether a reference has room in its column.
bool fits(std::string_view source) { return rules::width_of(source) < kRest; }

/// What is to be known of a value beside it.
std::string remarks(const rules::ExplainedValue& value) {
  std::vector<std::string> texts;
  if (!fits(value.value.source)) texts.emplace_back(value.value.source);
  if (value.computed_of) {
    texts.push_back("computed from " + std::string(rules::measure_info(*value.computed_of).name));
  } else if (value.value.derived) {
    texts.emplace_back("computed");
  }
  if (value.base) {
    const bool fall = value.measure == rules::Measure::platelet_fall_24h;
    texts.push_back((fall ? "from " : "upper limit ") +
                    fhir::value_text(fall ? rules::Measure::platelets : rules::Measure::pt_ratio, *value.base));
  }
  for (const auto& [flag, name] : fhir::kFlagNames) {
    if ((value.value.flags & flag) != 0) texts.emplace_back(name);
  }
  return joined(texts, ", ");
}

void add_values(const Explanation& explanation, std::string& out) {
  add_heading("VALUES THAT COUNT", out);
  add_row({{"Measure", kMeasure}, {"Value", kValue}, {"Collected (UTC)", kTime}, {"Age", kAge}, {"Source", kRest}},
          out);
  for (const rules::ExplainedValue& value : explanation.values) {
    const rules::CurrentValue& current = value.value;
    add_row({{std::string(rules::measure_info(value.measure).name), kMeasure},
             {fhir::value_text(value.measure, current.value), kValue},
             {clock_text(current.at), kTime},
             {current.at.known() ? span_text(explanation.assessment.at - current.at) : "", kAge},
             {fits(current.source) ? std::string(current.source) : "", kRest}},
            out);
    if (const std::string text = remarks(value); !text.empty()) {
      add_row({{"", 2}, {text, kTextWidth - 2}}, out);
    }
  }
  if (explanation.values.empty()) out += "none\n";
}

void add_unusable(const Explanation& explanation, std::string& out) {
  if (explanation.unusable.empty()) return;
  add_heading("NOT USABLE (kept as evidence, never scored)", out);
  for (const rules::StoredResult* stored : explanation.unusable) {
    add_row({{std::string(rules::measure_info(stored->lab.measure).name), kMeasure},
             {std::string(fhir::unusable_name(stored->lab.unusable)), kValue},
             {clock_text(stored->lab.at), kTime},
             {span_text(explanation.assessment.at - stored->lab.at), kAge},
             {std::string(explanation.state->view(stored->source)), kRest}},
            out);
  }
}

void add_dropped(const rules::PatientState& state, std::string& out) {
  if (state.evictions.empty()) return;
  add_heading("DROPPED BY A CAP (limits.per-measure, limits.state-bytes; " + std::to_string(state.evicted) +
                  (state.evicted == 1 ? " result" : " results") + " so far)",
              out);
  for (const rules::StoredEviction& step : state.evictions) {
    add_row({{std::string(rules::measure_info(step.measure).name), kMeasure},
             {step.highest ? "at most " + step.highest->to_string() : "", kValue},
             {"up to " + clock_text(step.at), kTextWidth - kMeasure - kValue}},
            out);
  }
}

std::string span_of(const ExplainedFact& fact) {
  using Origin = ExplainedFact::Origin;
  if (fact.origin == Origin::implied) return "follows from " + fact_text(fact.implied_by);
  if (fact.origin == Origin::charted) return "nobody recorded it, and the site charts it (site.charted)";
  std::string text = fact.start.known() ? clock_text(fact.start) : "ever";
  text += fact.end.known() ? " to " + clock_text(fact.end) : " on";
  if (fact.end_by_rule) text += " (no end given)";
  return fact.counts ? text : text + "; another record goes before";
}

void add_facts(const Explanation& explanation, std::string& out) {
  add_heading("FACTS", out);
  if (explanation.facts.empty()) out += "none recorded\n";
  for (const ExplainedFact& fact : explanation.facts) {
    add_row({{fact_text(fact.fact), kName},
             {std::string(rules::tristate_name(fact.value)), 10},
             {span_of(fact), kSpan},
             {std::string(fact.source), kTextWidth - kName - 10 - kSpan}},
            out);
  }
}

/// One row for each kind and priority of what a record tells: its criteria need not share them.
void add_alert(const rules::ExplainedAlert& alert, std::string& out) {
  std::string time = clock_text(alert.at);
  std::string line = alert.line != 0 ? "line " + std::to_string(alert.line) : "";
  for (std::size_t first = 0; first < alert.changes.size();) {
    const rules::ExplainedChange& change = alert.changes[first];
    std::vector<std::string> criteria;
    for (; first < alert.changes.size(); ++first) {
      const rules::ExplainedChange& next = alert.changes[first];
      if (next.kind != change.kind || next.priority != change.priority) break;
      criteria.push_back(next.criterion);
    }
    add_row({{std::exchange(time, ""), kTime},
             {std::string(rules::alert_kind_name(change.kind)), kKind},
             {std::string(rules::priority_name(change.priority)), 14},
             {joined(criteria, ", "), 36},
             {std::exchange(line, ""), 14}},
            out);
  }
}

void add_alerts(std::span<const rules::ExplainedAlert> alerts, std::string& out) {
  add_heading("ALERTS", out);
  if (alerts.empty()) out += "none up to this time\n";
  for (const rules::ExplainedAlert& alert : alerts) add_alert(alert, out);
}

/// What was not told, or more quietly than its kind can be, and the rule that made it so.
void add_decisions(std::span<const rules::ExplainedDecision> decisions, std::string& out) {
  add_heading("NOT TOLD, OR QUIETLY", out);
  std::vector<rules::Quiet> why;
  for (const auto& [decision, line] : decisions) {
    if (decision.quiet == rules::Quiet::none) continue;
    add_row({{clock_text(decision.at), kTime},
             {std::string(rules::alert_kind_name(decision.kind)), kKind},
             {decision.sent ? std::string(rules::priority_name(decision.priority)) : "withheld", 14},
             {decision.criterion, 18},
             {std::string(rules::quiet_name(decision.quiet)), 18},
             {line != 0 ? "line " + std::to_string(line) : "", 14}},
            out);
    if (std::ranges::find(why, decision.quiet) == why.end()) why.push_back(decision.quiet);
  }
  if (why.empty()) out += "nothing\n";
  for (const rules::Quiet rule : why) {
    out.append(rules::quiet_name(rule)).append(": ").append(rules::quiet_text(rule)).append("\n");
  }
}

}  // namespace

std::string explanation_text(const fhir::ExplanationContext& context, const Explanation& explanation) {
  std::string out;
  add_head(context, explanation, out);
  add_values(explanation, out);
  add_unusable(explanation, out);
  add_dropped(*explanation.state, out);
  add_facts(explanation, out);
  for (const rules::ExplainedScore& score : explanation.scores) {
    out += "\n";
    add_score(explanation, score, out);
  }
  add_alerts(context.alerts, out);
  add_decisions(context.decisions, out);
  return out;
}

}  // namespace coagwatch::daemon
