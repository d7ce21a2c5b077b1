#include "rules/explain/would_change.h"

#include <algorithm>
#include <limits>

#include "rules/criterion/measures.h"
#include "rules/patient/fact_sources.h"
#include "rules/scoring/evaluator.h"

namespace coagwatch::rules {
namespace {

/// Something that a test feeds: a banded source, or the bands of an auxiliary finding.
struct Slot {
  Measure measure = Measure::platelets;
  std::optional<Measure> per;
  const std::vector<Band>* bands = nullptr;
};

class Slots {
 public:
  Slots(const ValueTables& tables, Measure sent) : tables_(tables), sent_(sent) {}

  std::vector<Slot> of(const CriterionScore& score) {
    for (const ItemScore& item : score.items) add(*item.item, tables_.of(item.item->max_age));
    for (const AuxiliaryFinding& finding : score.criterion->findings) {
      if (score.table->met.or_findings != 0) add({finding.measure, std::nullopt, &finding.bands});
    }
    return std::move(found_);
  }

 private:
  void add(const Item& item, const ValueTable& table) {
    for (const Source& source : item.sources) {
      if (source.measure == Measure::fdp_by_kit && !table.has_kit) continue;
      if (source.measure == Measure::sofa_four && table.sofa_four.items != nullptr) {
        add(table.sofa_four, table);
      } else {
        add({source.measure, source.per, &source.bands});
      }
    }
    for (const Item& branch : item.branches) add(branch, table);
  }
  void add(const OpenSum& sum, const ValueTable& table) {
    for (std::size_t i = 0; i < sum.items->size(); ++i) {
      if ((sum.open >> i & 1) != 0) add((*sum.items)[i], table);
    }
  }
  /// A platelet fall moves with the count, and a ratio is told by its first part.
  void add(const Slot& slot) {
    if (sent_measure(slot.measure) != sent_ || slot.measure == Measure::platelet_fall_24h) return;
    const auto same = [&](const Slot& known) { return known.measure == slot.measure && known.per == slot.per; };
    if (std::ranges::none_of(found_, same)) found_.push_back(slot);
  }

  const ValueTables& tables_;
  Measure sent_;
  std::vector<Slot> found_;
};

/// All values of a band that are possible at all.
Interval values_of(const Band& band, const Slot& slot) {
  const MeasureInfo& info = measure_info(slot.measure);
  Interval value = Interval::between(info.plausible_low, info.plausible_high);
  if (band.low && (slot.per || *band.low >= value.low)) {
    value.low = *band.low;
    value.low_open = !band.low_inclusive;
  }
  if (band.high && (slot.per || *band.high <= value.high)) {
    value.high = *band.high;
    value.high_open = !band.high_inclusive;
  }
  value.high_unbounded = slot.per && !band.high;
  return value;
}

/// Puts a result into a state that counts before all others of its time.
void assume(PatientState& state, Measure measure, const Interval& value, Timestamp at) {
  StoredResult result;
  result.lab.measure = measure;
  result.lab.value = value;
  result.lab.at = at;
  result.lab.method_rank = std::numeric_limits<std::uint8_t>::max();
  result.arrival = state.next_arrival;
  const auto after = [](const StoredResult& a, const StoredResult& b) {
    return std::pair(a.lab.measure, a.lab.at) < std::pair(b.lab.measure, b.lab.at);
  };
  state.results.insert(std::ranges::upper_bound(state.results, result, after), result);
  for (StoredEviction& step : state.evictions) {
    if (step.measure == measure && step.at <= at) step.outranked = true;
  }
}

/// Takes out what would go before the value that is assumed: of these what is computed of a result does.
void make_room(PatientState& state, Measure measure) {
  if (measure != Measure::aptt_prolongation && measure != Measure::pic_uln) return;
  const Measure sent = sent_measure(measure);
  std::erase_if(state.results, [&](const StoredResult& stored) { return stored.lab.measure == sent; });
}

/// The patient as he would be with a result of the slot in that band.
PatientState with_result(const PatientState& state, Timestamp at, const Slot& slot, const Band& band) {
  PatientState other = state;
  // The evaluator computes it with the prolongation.
  const Measure given = slot.measure == Measure::pt_over_control ? Measure::pt_prolongation : slot.measure;
  make_room(other, slot.measure);
  // Newer than what is unusable, which is not looked at any more.
  std::erase_if(other.results, [&](const StoredResult& stored) {
    return stored.lab.unusable != Unusable::none && sent_measure(stored.lab.measure) == sent_measure(slot.measure);
  });
  assume(other, given, values_of(band, slot), at);
  if (slot.per) assume(other, *slot.per, Interval::point(Decimal::of(1)), at);
  return other;
}

Outcome outcome_of(const RuleSet& rules, const Criterion& criterion, const PatientState& state, Timestamp at) {
  CriterionScore score;
  score_as_of(rules, criterion, state, at, std::nullopt, score);
  Outcome outcome;
  outcome.min = score.min;
  outcome.max = score.max;
  outcome.status = score.status;
  outcome.grade_low = score.grade_low;
  outcome.grade_high = score.grade_high;
  return outcome;
}

DecidingTest fact_test(const RuleSet& rules, const PatientState& state, Timestamp at, const Criterion& criterion,
                       Fact fact) {
  DecidingTest test;
  test.name = fact_name(fact);
  test.fact = fact;
  for (const Tristate value : {Tristate::yes, Tristate::no}) {
    PatientState other = state;
    std::erase_if(other.facts, [&](const StoredFact& stored) { return stored.fact == fact; });
    put_fact(other, {fact, value, at, at, {}});
    test.outcomes.push_back(outcome_of(rules, criterion, other, at));
    test.outcomes.back().fact = value;
  }
  return test;
}

}  // namespace

std::vector<DecidingTest> would_change(const RuleSet& rules, const PatientState& state, Timestamp at,
                                       const ValueTables& tables, const CriterionScore& score) {
  const Criterion& criterion = *score.criterion;
  std::vector<DecidingTest> tests;
  for (const std::string_view name : score.deciding) {
    if (const auto fact = fact_named(name)) {
      tests.push_back(fact_test(rules, state, at, criterion, *fact));
      continue;
    }
    const auto measure = measure_named(name);
    if (!measure) continue;
    const std::size_t before = tests.size();
    for (const Slot& slot : Slots(tables, *measure).of(score)) {
      DecidingTest& test = tests.emplace_back();
      test.name = name;
      test.measure = slot.measure;
      test.per = slot.per;
      for (const Band& band : *slot.bands) {
        const PatientState other = with_result(state, at, slot, band);
        test.outcomes.push_back(outcome_of(rules, criterion, other, at));
        test.outcomes.back().band = band;
      }
    }
    // What another value is divided by is told with that.
    const auto told = std::ranges::any_of(tests, [&](const DecidingTest& test) { return test.per == measure; });
    if (tests.size() == before && !told) tests.emplace_back().name = name;
  }
  return tests;
}

}  // namespace coagwatch::rules
