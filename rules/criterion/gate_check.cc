#include "rules/criterion/gate_check.h"

#include <algorithm>
#include <bitset>
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

void check_column(const Criterion& criterion, const Column& column, std::vector<KeyedFinding>& out) {
  // What follows a treatment is in force beside the general table.
  if (column.when_any.empty() || column.or_after) return;
  std::string all;
  for (const FactTest& test : column.when_any) {
    const Facts facts = asked_for(criterion.gate) | implied_by(test.fact);
    std::string why = exclusion(criterion.gate, facts);
    if (const Column* earlier = earlier_column(criterion, column, test, facts); why.empty() && earlier != nullptr) {
      why = "column " + earlier->name + " goes before";
    } else if (why.empty() && test.unless && has(facts, *test.unless)) {
      why = name_of(*test.unless) + " follows from it";
    }
    if (why.empty()) return;
    all.append(all.empty() ? "" : "; ").append(name_of(test.fact) + following(test.fact) + ": " + why);
  }
  out.push_back({"columns." + column.name + ".when-any", "never in force: " + all});
}

}  // namespace

void check_gate(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  check_only(criterion.gate, out);
  // Without anybody the rest follows.
  if (!out.empty() && out.back().key == "gate.only") return;
  check_required(criterion.gate, out);
  for (const Column& column : criterion.columns) check_column(criterion, column, out);
}

}  // namespace coagwatch::rules
