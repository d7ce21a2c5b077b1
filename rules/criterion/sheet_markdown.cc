// A criterion as a section of a page.

#include <algorithm>

#include "rules/criterion/sheet.h"
#include "rules/criterion/text.h"

namespace coagwatch::rules {
namespace {

/// The text without what Markdown would take for markup.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool tag = text[i] == '<' && i + 1 < text.size() && text[i + 1] != ' ' && text[i + 1] != '=';
    if (tag || text[i] == '|' || text[i] == '*' || text[i] == '_' || text[i] == '`') out += '\\';
    out += text[i];
  }
  return out;
}

std::string marked_provenance(const Item& item) {
  return item.provenance == "recalled" ? "**RECALLED**" : item.provenance;
}

void add_facts(const std::vector<SheetFact>& facts, std::string& out) {
  for (const SheetFact& fact : facts) {
    out.append("- **" + fact.label + "**: ");
    if (fact.texts.size() == 1) {
      out.append(plain(fact.texts.front()) + "\n");
      continue;
    }
    out.back() = '\n';
    for (const std::string& text : fact.texts) out.append("  - " + plain(text) + "\n");
  }
  out += "\n";
}

void add_table(const std::vector<Item>& items, std::string& out) {
  out += "| item | value | points | provenance |\n|---|---|---:|---|\n";
  for (const Item& item : items) {
    std::string first = "**" + plain(item.title) + "** `" + item.name + "`";
    std::string provenance = marked_provenance(item);
    for (const SheetRow& row : sheet_rows(item)) {
      const std::string value = row.points.empty() ? "*" + plain(row.value) + "*" : plain(row.value);
      out.append("| " + first + " | " + value + " | " + plain(row.points) + " | " + provenance + " |\n");
      first.clear();
      provenance.clear();
    }
  }
  out += "\n";
}

void add_columns(const Criterion& criterion, std::string& out) {
  for (const Column& column : criterion.columns) {
    out.append("Population `" + column.name + "`: " + plain(population_text(criterion, column)) + "\n\n");
    const std::vector<Item> own = own_items(column.table, criterion.table);
    if (!own.empty()) add_table(own, out);
  }
}

void add_profile(const Criterion& shown, const Criterion& other, std::string& out) {
  out.append("Profile `" + other.profile + "`");
  for (const Profile& profile : other.profiles) {
    if (profile.name == other.profile && !profile.note.empty()) out.append(": " + plain(profile.note));
  }
  if (cut_text(other.table) != cut_text(shown.table)) out.append(" Met: " + plain(cut_text(other.table)) + ".");
  if (grades_text(other.table) != grades_text(shown.table)) {
    out.append(" Grades: " + plain(grades_text(other.table)) + ".");
  }
  if (other.meaning != shown.meaning) out.append(" Met means: " + plain(other.meaning) + ".");
  out += "\n\n";
  const std::vector<Item> own = own_items(other.table, shown.table);
  if (!own.empty()) add_table(own, out);
  const auto same = [&](const Column& a, const Column& b) {
    return population_text(shown, a) == population_text(other, b) && own_items(b.table, a.table).empty();
  };
  if (!std::ranges::equal(shown.columns, other.columns, same)) add_columns(other, out);
}

/// Under the general table's name those with rules of their own.
std::string populations(const Criterion& criterion) {
  std::string text = "general";
  for (const Column& column : criterion.columns) text += ", `" + column.name + "`";
  return text;
}

}  // namespace

std::string sheet_markdown(const Criterion& criterion, std::span<const Criterion> others) {
  std::string out = "## " + criterion.id + "\n\n" + plain(criterion.title) + ", version " + criterion.version;
  if (!criterion.profile.empty()) out.append(", profile `" + criterion.profile + "`");
  out += ".\n\n";
  if (has_recalled(criterion)) out.append("> **").append(kRecalledWarning).append("**\n\n");
  add_facts(sheet_heading(criterion), out);
  add_table(criterion.table.items, out);
  add_columns(criterion, out);
  for (const Criterion& other : others) add_profile(criterion, other, out);
  const std::vector<SheetFact> footing = sheet_footing(criterion);
  if (!footing.empty()) add_facts(footing, out);
  return out;
}

std::string overview_markdown(std::span<const Criterion> criteria) {
  std::string out =
      "| id | version | title | total | met | populations | provenance | citation "
      "|\n|---|---|---|---|---|---|---|---|\n";
  for (const Criterion& criterion : criteria) {
    const ScoringTable& table = criterion.table;
    const std::string counts = plain(provenance_counts(criterion));
    out.append("| [" + criterion.id + "](#" + criterion.id + ") | " + criterion.version + " | " +
               plain(criterion.title) + " | " + std::to_string(table.lowest) + " to " + std::to_string(table.highest) +
               " | " + (criterion.result == Criterion::Result::group ? "a group" : plain(met_text(table))) + " | " +
               populations(criterion) + " | " + (has_recalled(criterion) ? "**" + counts + "**" : counts) + " | " +
               plain(criterion.citation) + " |\n");
  }
  return out;
}

}  // namespace coagwatch::rules
