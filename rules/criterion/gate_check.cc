#include "rules/criterion/gate_check.h"

#include <algorithm>
#include <bitset>
#include <iterator>
#include <string>

#include "rules/patient/known_facts.h"

namespace coagwatch::rules {
namespace {

using Facts = std::bitset<kFactCount>;

bool has(const Facts& facts, Fact fact) { return facts[index(fact)]; }
std::string name_of(Fact fact) { return std::string(fact_name(fact)); }

/// What is yes in everybody whom the gate lets in.
Facts asked_for(const GateRule& gate) {
  Facts facts;
  for (const Fact fact : gate.only) facts |= implied_by(fact);
  return facts;
}

/// The exclusion of one of the facts whatever else is known, or nullptr.
const FactTest* plain_exclusion(const GateRule& gate, const Facts& facts) {
  const auto found =
      std::ranges::find_if(gate.excludes, [&](const FactTest& test) { return !test.unless && has(facts, test.fact); });
  return found == gate.excludes.end() ? nullptr : &*found;
}

bool excludes_children(const GateRule& gate, const Facts& facts) { return gate.adults_only && has(facts, Fact::child); }

/// Why somebody with these facts is always excluded: `adults-only (true without it)`; or empty.
std::string exclusion(const GateRule& gate, const Facts& facts) {
  if (excludes_children(gate, facts)) return "adults-only excludes children (true without it)";
  if (!gate.newborns && has(facts, Fact::newborn)) return "newborns are excluded (unless only names child or newborn)";
  if (const FactTest* test = plain_exclusion(gate, facts)) return "excludes names " + name_of(test->fact);
  for (const FactTest& test : gate.excludes) {
    if (!has(facts, test.fact)) continue;
    const Facts rescued = facts | implied_by(*test.unless);
    const bool never = excludes_children(gate, rescued) || plain_exclusion(gate, rescued) != nullptr;
    if (never) return "excludes names " + name_of(test.fact) + ", and " + name_of(*test.unless) + " as well";
  }
  return {};
}

/// What makes the exclusion surprising: that the fact is another one.
std::string following(Fact fact) {
  const Facts implied = implied_by(fact);
  std::string names;
  for (std::size_t i = 0; i < kFactCount; ++i) {
    if (!implied[i] || i == index(fact)) continue;
    names.append(names.empty() ? " (which implies " : ", ").append(fact_name(static_cast<Fact>(i)));
  }
  return names.empty() ? names : names + ")";
}

void check_only(const GateRule& gate, std::vector<KeyedFinding>& out) {
  const std::string why = exclusion(gate, asked_for(gate));
  if (why.empty()) return;
  std::string asked;
  for (const Fact fact : gate.only) asked.append(asked.empty() ? "" : ", ").append(name_of(fact) + following(fact));
  out.push_back({"gate.only", "nobody is left: it asks for " + asked + ", and " + why});
}

void check_required(const GateRule& gate, std::vector<KeyedFinding>& out) {
  std::string all;
  for (const Fact fact : gate.requires_any) {
    const std::string why = exclusion(gate, asked_for(gate) | implied_by(fact));
    if (why.empty()) return;
    all.append(all.empty() ? "" : "; ").append(name_of(fact) + following(fact) + ": " + why);
  }
  if (!all.empty()) out.push_back({"gate.requires-any", "each of these is excluded: " + all});
}

/// The column before `column` that is in force wherever `test` holds, or nullptr.
const Column* earlier_column(const Criterion& criterion, const Column& column, const FactTest& test,
                             const Facts& facts) {
  for (const Column& earlier : criterion.columns) {
    if (&earlier == &column) break;
    if (!earlier.unless_any.empty()) continue;
    const auto covers = [&](const FactTest& other) {
      return has(facts, other.fact) && (!other.unless || other.unless == test.unless);
    };
    if (std::ranges::any_of(earlier.when_any, covers)) return &earlier;
  }
  return nullptr;
}

/// The test that surely holds of somebody with these facts of whom `known` holds, or nullptr.
const FactTest* surely(const std::vector<FactTest>& tests, const Facts& facts, const FactTest& known) {
  const auto found = std::ranges::find_if(tests, [&](const FactTest& test) {
    return has(facts, test.fact) && (!test.unless || test.unless == known.unless);
  });
  return found == tests.end() ? nullptr : &*found;
}

/// Refuses tests that never hold, since what they are not for follows from what they are for. True if there is one.
bool check_tests(const std::vector<FactTest>& tests, const std::string& key, std::vector<KeyedFinding>& out) {
  const std::size_t before = out.size();
  for (const FactTest& test : tests) {
    if (!test.unless || !has(implied_by(test.fact), *test.unless)) continue;
    const std::string why = *test.unless == test.fact ? "is itself" : "follows from it";
    out.push_back({key, name_of(test.fact) + " never counts: unless " + name_of(*test.unless) + ", which " + why});
  }
  return out.size() > before;
}

void check_column(const Criterion& criterion, const Column& column, std::vector<KeyedFinding>& out) {
  const bool wrong = check_tests(column.when_any, "columns." + column.name + ".when-any", out);
  check_tests(column.unless_any, "columns." + column.name + ".unless-any", out);
  // What follows a treatment is in force beside the general table.
  if (wrong || column.when_any.empty() || column.or_after) return;
  std::string all;
  for (const FactTest& test : column.when_any) {
    const Facts facts = asked_for(criterion.gate) | implied_by(test.fact);
    std::string why = exclusion(criterion.gate, facts);
    if (const Column* earlier = earlier_column(criterion, column, test, facts); why.empty() && earlier != nullptr) {
      why = "column " + earlier->name + " goes before";
    } else if (why.empty() && test.unless && has(facts, *test.unless)) {
      why = "the gate asks for " + name_of(*test.unless);
    } else if (const FactTest* other = surely(column.unless_any, facts, test); why.empty() && other != nullptr) {
      why = "unless-any names " + name_of(other->fact);
    }
    if (why.empty()) return;
    all.append(all.empty() ? "" : "; ").append(name_of(test.fact) + following(test.fact) + ": " + why);
  }
  out.push_back({"columns." + column.name + ".when-any", "never in force: " + all});
}

/// A fact that is never yes in anybody whom the gate lets in, and why: `leukaemia (which implies …): excludes …`; or
/// empty.
std::string never_yes(const GateRule& gate, Fact fact) {
  const std::string why = exclusion(gate, asked_for(gate) | implied_by(fact));
  return why.empty() ? why : name_of(fact) + following(fact) + " is never yes: " + why;
}

void check_excluded_by_no(const GateRule& gate, std::vector<KeyedFinding>& out) {
  for (const Fact fact : gate.excluded_by_no) {
    const std::string why = never_yes(gate, fact);
    if (!why.empty()) out.push_back({"gate.excluded-by-no", "nobody of whom it is known is left: " + why});
  }
}

void check_needed(const GateRule& gate, std::vector<KeyedFinding>& out) {
  for (std::size_t i = 0; i < gate.needs_any.size(); ++i) {
    const Sign& sign = gate.needs_any[i];
    const std::string key = "gate.needs-any[" + std::to_string(i) + "]";
    if (sign.fact) {
      const std::string why = never_yes(gate, *sign.fact);
      if (!why.empty()) out.push_back({key, why});
      if (has(asked_for(gate), *sign.fact)) out.push_back({key, name_of(*sign.fact) + " is always yes by gate.only"});
      continue;
    }
    const MeasureInfo& info = measure_info(sign.measure);
    const Decimal least = Decimal::of(sign.at_least);
    const std::string range = " (" + std::string(info.name) + " goes from " + info.plausible_low.to_string() + " to " +
                              info.plausible_high.to_string() + ")";
    if (least <= info.plausible_low) out.push_back({key, "always so" + range});
    if (least > info.plausible_high) out.push_back({key, "never so" + range});
  }
}

/// What is scored by a fact that nobody has whom the gate lets in.
void check_scored(const GateRule& gate, const std::vector<Item>& items, const std::string& key,
                  std::vector<KeyedFinding>& out) {
  for (const Item& item : items) {
    const std::string place = key + "." + item.name + ".";
    for (const Fact fact : item.facts) {
      const std::string why = never_yes(gate, fact);
      if (!why.empty()) out.push_back({place + (item.facts.size() == 1 ? "fact" : "any-fact"), why});
    }
    const std::string why = item.chosen_by ? never_yes(gate, *item.chosen_by) : "";
    if (!why.empty()) out.push_back({place + "chosen-by", why});
  }
}

/// Of a column, the items that are not those of the general table.
std::vector<Item> own_items(const Criterion& criterion, const Column& column) {
  std::vector<Item> own;
  std::ranges::copy_if(column.table.items, std::back_inserter(own), [&](const Item& item) {
    return std::ranges::none_of(criterion.table.items, [&](const Item& other) {
      return other.name == item.name && other.facts == item.facts && other.chosen_by == item.chosen_by;
    });
  });
  return own;
}

void check_adjustments(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  for (std::size_t i = 0; i < criterion.adjustments.size(); ++i) {
    const std::string why = never_yes(criterion.gate, criterion.adjustments[i].fact);
    if (!why.empty()) out.push_back({"adjustments[" + std::to_string(i) + "].fact", why});
  }
}

void check_column_names(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  for (const Column& column : criterion.columns) {
    const auto first = std::ranges::find(criterion.columns, column.name, &Column::name);
    if (&*first != &column) out.push_back({"columns." + column.name, "two columns have this name"});
  }
}

}  // namespace

void check_gate(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  const GateRule& gate = criterion.gate;
  check_column_names(criterion, out);
  check_tests(gate.excludes, "gate.excludes", out);
  check_only(gate, out);
  // Without anybody the rest follows.
  if (!out.empty() && out.back().key == "gate.only") return;
  check_required(gate, out);
  check_excluded_by_no(gate, out);
  check_needed(gate, out);
  check_scored(gate, criterion.table.items, "items", out);
  check_adjustments(criterion, out);
  for (const Column& column : criterion.columns) {
    check_column(criterion, column, out);
    check_scored(gate, own_items(criterion, column), "columns." + column.name + ".items", out);
  }
}

}  // namespace coagwatch::rules
