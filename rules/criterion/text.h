#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// How one source, fact or trend gives an item its points, for people.
struct ItemRule {
  std::string join;  ///< how it goes with the rule before: `else`, `or if more`, `and`; empty for the first
  std::string what;  ///< `Platelets`
  std::string unit;  ///< readable, may be empty
  std::vector<std::pair<std::string, std::string>> cases;  ///< `>= 50 and < 100` and `1`
};
std::vector<ItemRule> rules_of(const Item& item);

/// Whether two items give the same points for the same reasons.
bool same_rules(const Item& a, const Item& b);

/// The name for people where the unit stands beside it: without what the unit says already.
std::string_view readable_name(Measure measure);
/// The unit for people, safe in Markdown: `x10^9/L`, `mg/L FEU`, `x upper limit`, empty for a plain number.
std::string_view readable_unit(Measure measure);
/// `>= 50 and < 100`.
std::string band_text(const Band& band);
/// `5 or more, of which at least 3 for Platelets, PT`.
std::string met_text(const ScoringTable& table);
/// Who the criterion is for, a sentence each.
std::vector<std::string> gate_texts(const Criterion& criterion);
/// Who is scored by the column, and what is different there.
std::string column_text(const Criterion& criterion, const Column& column);

}  // namespace coagwatch::rules
