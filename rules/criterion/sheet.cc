#include "rules/criterion/sheet.h"

#include <algorithm>
#include <array>

#include "rules/criterion/text.h"

namespace coagwatch::rules {
namespace {

constexpr std::array<std::string_view, 3> kProvenances = {"verified-primary", "verified-secondary", "recalled"};

std::string signed_points(std::int16_t points) { return (points > 0 ? "+" : "") + std::to_string(points); }

std::vector<std::string> profile_texts(const Criterion& criterion) {
  std::vector<std::string> texts;
  if (criterion.profile.empty() && !criterion.profiles.empty()) texts.emplace_back("none (shown)");
  for (const Profile& profile : criterion.profiles) {
    std::string text = profile.name;
    const bool shown = profile.name == criterion.profile;
    if (shown) text += profile.by_default ? " (shown, default)" : " (shown)";
    if (!shown && profile.by_default) text += " (default)";
    if (!profile.note.empty()) text += ": " + profile.note;
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> adjustment_texts(const Criterion& criterion) {
  std::vector<std::string> texts;
  texts.reserve(criterion.adjustments.size());
  for (const Adjustment& adjustment : criterion.adjustments) {
    texts.push_back(signed_points(adjustment.points) + " while " + std::string(fact_name(adjustment.fact)) +
                    " is yes: " + adjustment.title);
  }
  if (criterion.cap) texts.push_back("the total is at most " + std::to_string(*criterion.cap));
  return texts;
}

std::string result_text(const Criterion& criterion) {
  if (criterion.result == Criterion::Result::status) return "a status alone; its points are not shown";
  if (criterion.result == Criterion::Result::group) return "a group, the total and 1, where all is known; no status";
  return {};
}

std::string hours(Duration span) { return std::to_string(span.micros / Duration::hours(1).micros) + " h"; }

void add(std::vector<SheetFact>& facts, std::string label, std::vector<std::string> texts) {
  std::erase(texts, "");
  if (!texts.empty()) facts.push_back({std::move(label), std::move(texts)});
}

template <typename Visit>
void for_each_item(const Criterion& criterion, Visit visit) {
  for (const Item& item : criterion.table.items) visit(item);
  for (const Column& column : criterion.columns) {
    for (const Item& item : own_items(column.table, criterion.table)) visit(item);
  }
}

std::vector<std::string> age_texts(const Criterion& criterion) {
  std::vector<std::string> texts = {"count for " + hours(criterion.max_age)};
  for_each_item(criterion, [&](const Item& item) {
    if (item.max_age == criterion.max_age) return;
    std::string text = item.title + ": " + hours(item.max_age);
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  });
  return texts;
}

}  // namespace

std::vector<SheetFact> sheet_heading(const Criterion& criterion) {
  std::vector<SheetFact> facts;
  const bool has_status = criterion.result != Criterion::Result::group;
  if (has_status) add(facts, "Met", {cut_text(criterion.table) + ": " + criterion.meaning});
  add(facts, "Grades", {grades_text(criterion.table)});
  add(facts, "Result", {result_text(criterion)});
  add(facts, "Added", adjustment_texts(criterion));
  std::vector<std::string> gate = gate_texts(criterion);
  if (gate.empty()) gate.emplace_back("Everybody.");
  add(facts, "For", std::move(gate));
  add(facts, "Profiles", profile_texts(criterion));
  add(facts, "Values", age_texts(criterion));
  add(facts, "Provenance", {provenance_counts(criterion)});
  add(facts, "Citation", {criterion.citation});
  if (!criterion.site_file.empty()) add(facts, "File", {criterion.site_file});
  return facts;
}

std::vector<SheetFact> sheet_footing(const Criterion& criterion) {
  std::vector<SheetFact> facts;
  std::vector<std::string> findings;
  for (const AuxiliaryFinding& finding : criterion.findings) {
    const std::string unit(readable_unit(finding.measure));
    findings.push_back(finding.name + ": " + std::string(readable_name(finding.measure)) + " > " +
                       finding.above.to_string() + (unit.empty() ? "" : " " + unit));
  }
  add(facts, "Auxiliary findings", std::move(findings));
  std::vector<std::string> defined;
  for (const Definition& definition : criterion.defines) {
    std::string text(measure_info(definition.measure).name);
    std::string names;
    for (const std::uint16_t item : definition.items) {
      names.append(names.empty() ? "" : ", ").append(criterion.table.items[item].name);
    }
    defined.push_back(text + ": the sum of " + (names.empty() ? "all items" : names));
  }
  add(facts, "Measures for other criteria", std::move(defined));
  // The profile's note stands with the profile.
  std::vector<std::string> notes = criterion.notes;
  for (const Profile& profile : criterion.profiles) {
    if (profile.name == criterion.profile) std::erase(notes, profile.note);
  }
  add(facts, "Notes", std::move(notes));
  return facts;
}

std::vector<SheetRow> sheet_rows(const Item& item) {
  std::vector<SheetRow> rows;
  for (const ItemRule& rule : rules_of(item)) {
    std::string what = rule.join.empty() ? "" : rule.join + (rule.join == "else" ? " " : ": ");
    what += rule.what + (rule.unit.empty() ? "" : ", " + rule.unit);
    rows.push_back({std::move(what), ""});
    for (const auto& [when, points] : rule.cases) rows.push_back({when, points});
  }
  if (item.sub_score) {
    rows.push_back({"a reported " + std::string(measure_info(*item.sub_score).name) + " goes before", ""});
  }
  return rows;
}

std::string population_text(const Criterion& criterion, const Column& column) {
  std::string text = column_text(criterion, column);
  text += " Totals " + std::to_string(column.table.lowest) + " to " + std::to_string(column.table.highest) + ".";
  if (!column.table.grades.empty()) text += " Grades: " + grades_text(column.table) + ".";
  if (!criterion.adjustments.empty() && !column.table.adjusted) text += " Nothing is added.";
  return text;
}

std::vector<Item> own_items(const ScoringTable& table, const ScoringTable& other) {
  std::vector<Item> own;
  for (const Item& item : table.items) {
    const auto same = std::ranges::find(other.items, item.name, &Item::name);
    if (same == other.items.end() || !same_rules(*same, item)) own.push_back(item);
  }
  return own;
}

std::string grades_text(const ScoringTable& table) {
  std::string text;
  for (std::size_t i = 0; i < table.grades.size(); ++i) {
    const Grade& grade = table.grades[i];
    const bool first = i == 0 && table.grades.size() > 1;
    text += (text.empty() ? "" : ", ") + grade.name + (first ? " below " : " from ") +
            std::to_string(first ? table.grades[1].from : grade.from);
  }
  return text;
}

std::string cut_text(const ScoringTable& table) {
  return met_text(table) + " (totals " + std::to_string(table.lowest) + " to " + std::to_string(table.highest) + ")";
}

std::string provenance_text(const Item& item) { return item.provenance == "recalled" ? "RECALLED" : item.provenance; }

std::string provenance_counts(const Criterion& criterion) {
  std::string text;
  for (const std::string_view provenance : kProvenances) {
    int count = 0;
    for_each_item(criterion, [&](const Item& item) { count += item.provenance == provenance ? 1 : 0; });
    if (count == 0) continue;
    text.append(text.empty() ? "" : ", ").append(provenance == "recalled" ? "RECALLED" : provenance);
    text.append(" " + std::to_string(count) + (count == 1 ? " item" : " items"));
  }
  return text;
}

bool has_recalled(const Criterion& criterion) {
  bool any = false;
  for_each_item(criterion, [&](const Item& item) { any = any || item.provenance == "recalled"; });
  return any;
}

}  // namespace coagwatch::rules
