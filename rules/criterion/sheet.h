#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// A criterion as a person reads it, for a terminal: every cut-off with its side, in lines of at most 110 columns.
std::string sheet_text(const Criterion& criterion);

/// The same as a section of a Markdown page. Of `others`, the same criterion in its other profiles, only what differs
/// is shown.
std::string sheet_markdown(const Criterion& criterion, std::span<const Criterion> others);

/// Criteria in a Markdown table, one a line, each with a link to its section.
std::string overview_markdown(std::span<const Criterion> criteria);

/// One line above or below the table: `Met` and what it says, a text a line.
struct SheetFact {
  std::string label;
  std::vector<std::string> texts;
};
/// What stands above the table: when it is met, for whom, which profile, where it is from.
std::vector<SheetFact> sheet_heading(const Criterion& criterion);
/// What stands below: auxiliary findings, measures for others, notes.
std::vector<SheetFact> sheet_footing(const Criterion& criterion);

/// One row of an item: what is looked at (`else D-dimer, x upper limit`), or a case of it (`>= 3`) and its points.
struct SheetRow {
  std::string value;
  std::string points;  ///< empty: no case
};
std::vector<SheetRow> sheet_rows(const Item& item);

/// Who is scored by a column, and what is different there beside its items.
std::string population_text(const Criterion& criterion, const Column& column);

/// The items of a table that are not, or not so, in another one.
std::vector<Item> own_items(const ScoringTable& table, const ScoringTable& other);
/// `low below 6, suspected from 6, dic from 7`; empty without grades.
std::string grades_text(const ScoringTable& table);
/// `7 or more of -3 to 13`.
std::string cut_text(const ScoringTable& table);
/// The provenance of an item; what is only recalled in capitals.
std::string provenance_text(const Item& item);
/// `verified-primary 3, RECALLED 1`, over all tables.
std::string provenance_counts(const Criterion& criterion);
/// Whether any item is only recalled.
bool has_recalled(const Criterion& criterion);

/// What is said wherever an item is only recalled.
inline constexpr std::string_view kRecalledWarning =
    "RECALLED: written from memory. Nobody has compared it with the publication; do not decide by it.";

}  // namespace coagwatch::rules
