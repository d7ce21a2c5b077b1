#include <algorithm>
#include <cassert>

#include "fhir/alert_parts.h"
#include "fhir/confounders.h"
#include "rules/criterion/text.h"
#include "rules/episodes/alert_gate.h"

namespace coagwatch::fhir {
namespace {

void append_xhtml(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
}

void append_element(std::string_view element, std::string_view text, std::string& out) {
  out.append("<").append(element).append(">");
  append_xhtml(text, out);
  out.append("</").append(element).append(">");
}

constexpr std::string_view kDivOpen = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";
constexpr std::string_view kDivClose = "</div>";

template <typename Names>
std::string joined(const Names& names, std::string_view separator) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

std::string missing_text(const AlertPart& part) {
  std::vector<std::string_view> missing;
  for (const rules::ItemScore& item : part.score.items) {
    if (is_missing(item)) missing.emplace_back(item.item->title);
  }
  return missing.empty() ? std::string() : "Missing: " + joined(missing, ", ") + ".";
}

std::vector<std::string> facts_of_gate(const AlertPart& part, bool recorded) {
  std::vector<std::string> facts;
  for (const rules::Fact fact : part.criterion.gate.requires_any) {
    if (part.assessment.facts.yes(fact) == recorded) facts.push_back(fact_text(fact));
  }
  return facts;
}

std::string open_gate_text(const AlertPart& part) {
  std::vector<std::string> reasons;
  if (!part.criterion.gate.requires_any.empty() && facts_of_gate(part, true).empty()) {
    reasons.push_back("no record of " + joined(facts_of_gate(part, false), " or "));
  }
  if (part.criterion.gate.adults_only && part.assessment.facts.unknown(rules::Fact::child)) {
    reasons.emplace_back("age not known");
  }
  std::string text = "Gate not confirmed";
  if (!reasons.empty()) text += ": " + joined(reasons, "; ");
  if (rules::alert_gate(part.assessment, part.event.score) == rules::Gate::confirmed) {
    text += ". An infection with a SOFA score of at least 2 is taken for sepsis (derived)";
  }
  return text + ".";
}

std::string excluded_text(const AlertPart& part) {
  const std::string why = exclusion_text(part);
  return "The criterion does not apply to this patient" + (why.empty() ? "." : ": " + why + ".");
}

std::string gate_text(const AlertPart& part) {
  switch (part.score.gate) {
    case rules::Gate::unconfirmed:
      return open_gate_text(part);
    case rules::Gate::confirmed: {
      const std::vector<std::string> facts = facts_of_gate(part, true);
      return facts.empty() ? "Gate confirmed." : "Gate confirmed: " + joined(facts, ", ") + ".";
    }
    case rules::Gate::excluded:
      return excluded_text(part);
    case rules::Gate::none:
      break;
  }
  return {};
}

std::string deciding_text(const AlertPart& part) {
  assert(part.assessment.lists_deciding);
  if (part.score.deciding.empty()) return {};
  const bool open = part.score.status == rules::Status::indeterminate;
  return (open ? "Could change the outcome: " : "Newest result not usable: ") + joined(part.score.deciding, ", ") + ".";
}

std::string grade_text(const AlertPart& part) {
  const std::vector<rules::Grade>& grades = part.score.table->grades;
  const auto [low, high] = std::pair(part.score.grade_low, part.score.grade_high);
  if (low >= grades.size() || high >= grades.size()) return {};
  return "Grade: " + grades[low].name + (low == high ? "." : " to " + grades[high].name + ".");
}

// Totals differ from the sum of the items by the criterion's adjustments (JMHW note 2).
std::string adjustment_text(const AlertPart& part) {
  int sum = 0;
  for (const rules::ItemScore& item : part.score.items) sum += item.min;
  const int difference = part.score.min - sum;
  if (difference == 0) return {};
  std::vector<std::string_view> titles;
  for (const rules::Adjustment& adjustment : part.criterion.adjustments) {
    if (rules::recorded_fact(part.state, adjustment.fact, part.assessment.at) == rules::Tristate::yes) {
      titles.emplace_back(adjustment.title);
    }
  }
  std::string text = "Adjustment of the total: " + std::to_string(difference);
  return titles.empty() ? text + "." : text + " (" + joined(titles, ", ") + ").";
}

std::string column_text(const AlertPart& part) {
  if (part.score.column.empty()) return {};
  std::string text = "Scored by the column " + std::string(part.score.column) + ".";
  if (part.score.other_column_min && part.score.other_column_max) {
    text +=
        " The other column would give " + points_text(*part.score.other_column_min, *part.score.other_column_max) + ".";
  }
  return text;
}

std::string confounder_text(const AlertPart& part) {
  std::vector<std::string> found;
  for (const rules::Fact fact : kConfounders) {
    if (rules::recorded_fact(part.state, fact, part.assessment.at) == rules::Tristate::yes) {
      found.push_back(fact_text(fact));
    }
  }
  return found.empty() ? std::string()
                       : "Recorded besides, and known to change these tests: " + joined(found, ", ") + ".";
}

std::string items_text(const AlertPart& part) {
  std::vector<std::string> lines;
  for (const rules::ItemScore& item : part.score.items) {
    std::string line = item.item->title + ": " + item_value_text(part, item);
    if (const std::string time = item_time_text(part, item); !time.empty()) line += " (" + time + ")";
    lines.push_back(line + " = " + points_text(item.min, item.max));
  }
  return joined(lines, "; ");
}

// As results stand now; the headline of a retraction tells of the past.
std::string present_text(const AlertPart& part) {
  if (!part.assessment.at.known()) return "No result in force remains.";
  return "As results stand at " + time_text(part.assessment.at) + ": " + std::string(status_text(part)) + ", " +
         score_text(part) + threshold_text(part) + ".";
}

void append_item_table(const AlertPart& part, std::string& out) {
  if (part.score.items.empty()) return;
  out += "<table><tr><th>Item</th><th>Result</th><th>Collected</th><th>Points</th></tr>";
  for (const rules::ItemScore& item : part.score.items) {
    out += "<tr>";
    append_element("td", item.item->title, out);
    append_element("td", item_value_text(part, item), out);
    append_element("td", item_time_text(part, item), out);
    append_element("td", points_text(item.min, item.max), out);
    out += "</tr>";
  }
  out += "</table>";
}

std::string item_rule_text(const rules::Item& item) {
  std::vector<std::string> rules;
  for (const rules::ItemRule& rule : rules::rules_of(item)) {
    std::string text = rule.join;
    if (!text.empty()) text.append(": ");
    // The title says which fact it is.
    if (rule.what != item.title && item.facts.size() != 1) text.append(rule.what).append(" ");
    if (!rule.unit.empty()) text.append(rule.unit).append(" ");
    std::vector<std::string> cases;
    cases.reserve(rule.cases.size());
    for (const auto& [when, points] : rule.cases) cases.push_back(when + " = " + points);
    rules.push_back(text + joined(cases, ", "));
  }
  return item.title + ": " + joined(rules, ", ");
}

}  // namespace

std::vector<std::string> notes(const AlertPart& part) {
  std::vector<std::string> paragraphs;
  const auto add = [&paragraphs](std::string paragraph) {
    if (!paragraph.empty()) paragraphs.push_back(std::move(paragraph));
  };
  if (part.retracted()) add(headline(part) + ".");
  add(cause_text(part));
  if (part.retracted()) add(present_text(part));
  add(trend_evidence_text(part));
  add(items_text(part));
  add(missing_text(part));
  add(deciding_text(part));
  add(grade_text(part));
  if (!part.score.auxiliary.empty()) add("Auxiliary findings: " + joined(part.score.auxiliary, ", ") + ".");
  add(gate_text(part));
  add(adjustment_text(part));
  add(column_text(part));
  add(confounder_text(part));
  add(context_text(part));
  add(std::string(kDisclaimer));
  return paragraphs;
}

std::string score_div(const AlertPart& part) {
  std::string div(kDivOpen);
  div += "<p>";
  append_element("b", headline(part), div);
  div += "</p>";
  append_element("p", part.retracted() ? present_text(part) : "As of " + time_text(part.effective) + ".", div);
  for (const std::string& text : {cause_text(part), trend_evidence_text(part)}) {
    if (!text.empty()) append_element("p", text, div);
  }
  append_item_table(part, div);
  for (const std::string& text : {missing_text(part), gate_text(part), adjustment_text(part), confounder_text(part)}) {
    if (!text.empty()) append_element("p", text, div);
  }
  append_element("p", kDisclaimer, div);
  return div.append(kDivClose);
}

std::string flag_div(const AlertPart& part) {
  std::string div(kDivOpen);
  append_element("p", headline(part) + ". " + std::string(kDisclaimer), div);
  return div.append(kDivClose);
}

std::string method_text(const AlertPart& part) {
  const rules::Criterion& criterion = part.criterion;
  std::string text = criterion.title + ", version " + criterion.version;
  if (!criterion.profile.empty()) text += ", profile " + criterion.profile;
  std::vector<std::string> items;
  items.reserve(part.score.items.size());
  for (const rules::ItemScore& item : part.score.items) items.push_back(item_rule_text(*item.item));
  text += ". Met from " + std::to_string(part.cut()) + " points.";
  return items.empty() ? text : text + " " + joined(items, "; ") + ".";
}

}  // namespace coagwatch::fhir
