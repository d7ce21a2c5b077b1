#pragma once

#include <string>

#include "rules/criterion/criterion.h"
#include "rules/criterion/reader.h"

namespace coagwatch::rules {

/// Reads who the criterion is for. What is wrong goes to `reader`.
GateRule read_gate(const YamlNode& root, CriterionReader& reader);

/// Reads `items` of the general table. Returns how many things are wrong with items that could be read.
std::size_t read_items(const YamlNode& root, CriterionReader& reader, ScoringTable& out);

/// Reads `met` and `grades`, of the file or (`path`) of a column. REQUIRES: the table's items are complete.
void read_outcome(const YamlNode& node, const std::string& path, CriterionReader& reader, ScoringTable& out);

/// Reads `columns`: each is the general table with other items in place of those of the same name, or without them.
std::size_t read_columns(const YamlNode& root, CriterionReader& reader, Criterion& out);

/// Sets the least and the most total that the items, adjustments and a cap allow.
void set_totals(const Criterion& criterion, ScoringTable& table);

}  // namespace coagwatch::rules
