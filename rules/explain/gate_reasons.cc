#include "rules/explain/gate_reasons.h"

#include <algorithm>

#include "rules/scoring/gates.h"

namespace coagwatch::rules {
namespace {

using Kind = GateReason::Kind;

class Reasons {
 public:
  Reasons(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table)
      : criterion_(criterion), rule_(criterion.gate), facts_(facts), table_(table) {}

  std::vector<GateReason> of(Gate gate) {
    if (gate == Gate::excluded) add_exclusions();
    if (gate == Gate::unconfirmed) add_unknown();
    if (gate == Gate::confirmed) add_confirming();
    return std::move(found_);
  }

 private:
  void add(Kind kind, Fact fact) {
    const auto same = [&](const GateReason& known) { return known.kind == kind && known.fact == fact; };
    if (std::ranges::none_of(found_, same)) found_.push_back({kind, fact, std::nullopt, 0});
  }
  void add(Kind kind, const Sign& sign) {
    if (sign.fact) return add(kind, *sign.fact);
    found_.push_back({kind, std::nullopt, sign.measure, sign.at_least});
  }

  void add_exclusions() {
    if (rule_.adults_only && facts_.yes(Fact::child)) add(Kind::child, Fact::child);
    if (!rule_.newborns && facts_.yes(Fact::newborn)) add(Kind::newborn, Fact::newborn);
    for (const FactTest& test : rule_.excludes) {
      if (holds(test, facts_)) add(Kind::excluding_fact, test.fact);
    }
    for (const Fact fact : rule_.excluded_by_no) {
      if (facts_.no(fact)) add(Kind::denied, fact);
    }
    for (const Fact fact : rule_.only) {
      if (!facts_.yes(fact)) add(Kind::only_with, fact);
    }
    if (none_so()) {
      for (const Sign& sign : rule_.needs_any) add(Kind::no_sign, sign);
    }
    if (!rule_.requires_any.empty() && facts_.no(rule_.requires_any.front()) && !any_required()) {
      add(Kind::denied, rule_.requires_any.front());
    }
  }

  void add_unknown() {
    if (rule_.adults_only && facts_.unknown(Fact::child)) add(Kind::unknown_age, Fact::child);
    if (!any_required()) {
      for (const Fact fact : rule_.requires_any) add(Kind::unknown_fact, fact);
    }
    if (!any_so()) {
      for (const Sign& sign : rule_.needs_any) add_unknown_sign(sign);
    }
    const Column* const active = active_column(criterion_, facts_);
    for (const Column& column : criterion_.columns) {
      if (&column == active) break;
      if (!is_surely_inactive(column, facts_)) add_choosing(column);
    }
    if (active != nullptr) return;
    // Where adjustments are of some populations only they tell populations apart.
    const bool everybody =
        std::ranges::all_of(criterion_.columns, [](const Column& each) { return each.table.adjusted; });
    if (everybody && !criterion_.columns.empty()) return;
    for (const Adjustment& each : criterion_.adjustments) {
      if (facts_.unknown(each.fact)) add(Kind::unknown_column, each.fact);
    }
  }

  void add_unknown_sign(const Sign& sign) {
    if (is_so(sign, facts_, table_) == Tristate::unknown) add(Kind::unknown_sign, sign);
  }

  void add_choosing(const Column& column) {
    for (const FactTest& test : column.when_any) {
      if (facts_.unknown(test.fact)) add(Kind::unknown_column, test.fact);
    }
  }

  void add_confirming() {
    for (const Fact fact : rule_.requires_any) {
      if (facts_.yes(fact)) add(Kind::confirming_fact, fact);
    }
    for (const Fact fact : rule_.only) add(Kind::confirming_fact, fact);
    for (const Sign& sign : rule_.needs_any) {
      if (is_so(sign, facts_, table_) == Tristate::yes) add(Kind::sign, sign);
    }
    if (rule_.adults_only) add(Kind::adult, Fact::child);
    if (const Column* column = active_column(criterion_, facts_)) {
      for (const FactTest& test : column->when_any) {
        if (holds(test, facts_)) add(Kind::confirming_fact, test.fact);
      }
    }
  }

  [[nodiscard]] bool any_required() const {
    return rule_.requires_any.empty() ||
           std::ranges::any_of(rule_.requires_any, [&](Fact fact) { return facts_.yes(fact); });
  }
  [[nodiscard]] bool any_so() const {
    return rule_.needs_any.empty() || std::ranges::any_of(rule_.needs_any, [&](const Sign& sign) {
             return is_so(sign, facts_, table_) == Tristate::yes;
           });
  }
  [[nodiscard]] bool none_so() const {
    return !rule_.needs_any.empty() && std::ranges::all_of(rule_.needs_any, [&](const Sign& sign) {
      return is_so(sign, facts_, table_) == Tristate::no;
    });
  }

  const Criterion& criterion_;
  const GateRule& rule_;
  const KnownFacts& facts_;
  const ValueTable& table_;
  std::vector<GateReason> found_;
};

}  // namespace

std::vector<GateReason> gate_reasons(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table) {
  return Reasons(criterion, facts, table).of(gate_of(criterion, facts, table));
}

}  // namespace coagwatch::rules
