// A criterion on a terminal.

#include "rules/criterion/columns.h"
#include "rules/criterion/sheet.h"

namespace coagwatch::rules {
namespace {

constexpr std::size_t kWidth = 110;
constexpr std::size_t kItemWidth = 32;
constexpr std::size_t kValueWidth = 48;
constexpr std::size_t kPointsWidth = 8;

/// `label`, and the texts beside it, one below the other.
void add_fact(const SheetFact& fact, std::size_t label_width, std::string& out) {
  std::string label = fact.label;
  for (const std::string& text : fact.texts) {
    std::string mark = fact.texts.size() > 1 ? "- " : "";
    for (const std::string& line : wrapped(text, kWidth - label_width - mark.size())) {
      add_line(padded(label, label_width) + mark + line, out);
      label.clear();
      mark.assign(mark.size(), ' ');
    }
  }
}

struct TableRow {
  std::string item;
  std::string value;
  std::string points;
  std::string provenance;
};

void add_row(const TableRow& row, std::string& out) {
  const std::size_t space = kPointsWidth > row.points.size() ? kPointsWidth - row.points.size() : 0;
  add_line(padded(row.item, kItemWidth) + padded(row.value, kValueWidth) + std::string(space, ' ') + row.points + "  " +
               row.provenance,
           out);
}

void add_item(const Item& item, std::string& out) {
  std::vector<std::string> names = wrapped(item.title, kItemWidth - 2);
  names.push_back("  " + item.name);
  std::vector<TableRow> rows;
  for (const SheetRow& row : sheet_rows(item)) {
    const std::size_t indent = row.points.empty() ? 0 : 2;
    for (const std::string& line : wrapped(row.value, kValueWidth - 2 - indent)) {
      rows.push_back({"", std::string(indent, ' ') + line, "", ""});
    }
    rows.back().points = row.points;
  }
  if (rows.size() < names.size()) rows.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) rows[i].item = names[i];
  rows.front().provenance = provenance_text(item);
  if (item.provenance == "recalled") rows.front().provenance += " !";
  for (const TableRow& row : rows) add_row(row, out);
  out += "\n";
}

void add_table(const std::vector<Item>& items, std::string& out) {
  add_row({"ITEM", "VALUE", "POINTS", "PROVENANCE"}, out);
  add_line(std::string(kWidth, '-'), out);
  for (const Item& item : items) add_item(item, out);
}

void add_column(const Criterion& criterion, const Column& column, std::string& out) {
  out.append("Population " + column.name + "\n");
  for (const std::string& line : wrapped(population_text(criterion, column), kWidth - 2)) add_line("  " + line, out);
  out += "\n";
  const std::vector<Item> own = own_items(column.table, criterion.table);
  if (!own.empty()) add_table(own, out);
}

}  // namespace

std::string sheet_text(const Criterion& criterion) {
  std::string out = criterion.id + " " + criterion.version;
  if (!criterion.profile.empty()) out += ", profile " + criterion.profile;
  out += "\n" + criterion.title + "\n\n";
  if (has_recalled(criterion)) {
    const std::string frame(kWidth, '!');
    out.append(frame + "\n").append(kRecalledWarning).append("\n" + frame + "\n\n");
  }
  for (const SheetFact& fact : sheet_heading(criterion)) add_fact(fact, 12, out);
  out += "\n";
  add_table(criterion.table.items, out);
  for (const Column& column : criterion.columns) add_column(criterion, column, out);
  for (const SheetFact& fact : sheet_footing(criterion)) {
    out.append(fact.label + "\n");
    for (const std::string& text : fact.texts) add_fact({"  -", {text}}, 4, out);
    out += "\n";
  }
  out.pop_back();
  return out;
}

}  // namespace coagwatch::rules
