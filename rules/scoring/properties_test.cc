#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>

#include "rules/criterion/banding.h"
#include "rules/criterion/loader.h"
#include "rules/criterion/measures.h"
#include "rules/patient/known_facts.h"
#include "rules/patient/state_fixture.h"
#include "rules/scoring/deciding.h"
#include "rules/scoring/definitions.h"
#include "rules/scoring/item_score.h"
#include "rules/scoring/rule_set.h"

// What holds of every shipped criterion, in every profile, whatever is known of a patient: random partial panels with
// values on and beside cut-offs, censored and missing, against brute force over the points that items may have.

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Every allocation of the process is counted. Inlined, the pair would look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace coagwatch::rules {
namespace {

constexpr int kPanels = 400;
constexpr const char* kControl = "12";

/// Random numbers that are the same everywhere: the library's distributions are not.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool percent(std::size_t part) { return below(100) < part; }
  template <typename T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937_64 engine_;
};

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }
Decimal sum(Decimal a, Decimal b) { return Decimal::add(a, b).value(); }
Decimal product(Decimal a, Decimal b) { return Decimal::multiply(a, b).value(); }

RuleSet shipped(const std::vector<std::pair<std::string_view, std::string_view>>& profiles) {
  RuleSet rules;
  for (const BuiltinCriterion& builtin : builtin_criteria()) {
    std::string_view profile;
    for (const auto& [id, name] : profiles) profile = id == builtin.id ? name : profile;
    std::vector<Problem> problems;
    auto criterion = load_criterion(builtin.text, std::string(builtin.file), profile, problems);
    if (!criterion) throw std::runtime_error(problems.front().to_string());
    rules.criteria.push_back(std::move(*criterion));
  }
  link_definitions(rules, {});
  rules.site.pt_control_seconds = number(kControl);
  rules.site.isi = number("1.0");
  rules.site.upper_limits[index(Measure::aptt)] = number("35");
  rules.site.upper_limits[index(Measure::d_dimer)] = number("0.5");
  rules.site.upper_limits[index(Measure::pic)] = number("0.8");
  return rules;
}

const std::vector<RuleSet>& rule_sets() {
  static const std::vector<RuleSet> all = [] {
    RuleSet plain = shipped({});
    RuleSet other = shipped({{"isth-2001", "upper"}, {"jaam", "en"}, {"jmhw", "note-3"}});
    const DDimerKit* kit = d_dimer_kit_named("sysmex");
    other.site.d_dimer_kit.assign(kit->points.begin(), kit->points.end());
    return std::vector{std::move(plain), std::move(other)};
  }();
  return all;
}

/// A cut-off of a measure as a value of what a laboratory sends, and with it where one is derived.
std::optional<std::pair<Measure, Decimal>> as_sent(Measure measure, Decimal cut) {
  switch (measure) {
    case Measure::pt_prolongation:
    case Measure::pt_over_control:
      return std::pair{Measure::pt_seconds, sum(cut, number(kControl))};
    case Measure::aptt_prolongation:
      return std::pair{Measure::aptt, sum(cut, number("35"))};
    case Measure::d_dimer_uln:
      return std::pair{Measure::d_dimer, product(cut, number("0.5"))};
    case Measure::pic_uln:
      return std::pair{Measure::pic, product(cut, number("0.8"))};
    case Measure::platelet_fall_24h:
    case Measure::sofa_four:
    case Measure::fdp_by_kit:
      return std::nullopt;
    default:
      return std::pair{measure, cut};
  }
}

/// By measure that can be sent: values on and beside every cut-off, ascending.
class Values {
 public:
  Values() {
    for (const RuleSet& rules : rule_sets()) {
      for (const Criterion& criterion : rules.criteria) {
        for (const Item& item : criterion.table.items) add(item);
        for (const Column& column : criterion.columns) {
          for (const Item& item : column.table.items) add(item);
        }
        for (const AuxiliaryFinding& finding : criterion.findings) add(finding.measure, finding.above);
      }
    }
    for (const char* const percent : {"25", "30", "40", "60", "100", "160", "240"}) {
      add(Measure::platelets, number(percent));
    }
    for (const char* const of_kit : {"5.4", "13.2"}) add(Measure::d_dimer, number(of_kit));
    for (const char* const fraction : {"0.21", "0.5", "1"}) add(Measure::fio2, number(fraction));
    for (const char* const pressure : {"50", "80", "200", "400"}) add(Measure::pao2, number(pressure));
    for (std::vector<Decimal>& values : values_) {
      std::ranges::sort(values);
      const auto again = std::ranges::unique(values);
      values.erase(again.begin(), again.end());
    }
  }
  [[nodiscard]] const std::vector<Decimal>& of(std::size_t measure) const { return values_[measure]; }

 private:
  void add(Measure measure, Decimal cut) {
    const auto sent = as_sent(measure, cut);
    if (!sent) return;
    std::vector<Decimal>& values = values_[index(sent->first)];
    // Scores are whole.
    const bool whole = measure >= Measure::sirs && measure <= Measure::sofa_four;
    const int exponent = whole || measure == Measure::gcs ? 0 : -2;
    for (const Decimal step : {Decimal(-1, exponent), Decimal::of(0), Decimal(1, exponent)}) {
      const Decimal value = sum(sent->second, step);
      if (value > Decimal::of(0)) values.push_back(value);
    }
    if (measure == Measure::pt_ratio) add(Measure::pt_prolongation, product(sum(cut, number("-1")), number(kControl)));
    if (measure == Measure::pt_ratio) add(Measure::inr, cut);
  }
  void add(const Item& item) {
    for (const Source& source : item.sources) {
      for (const Band& band : source.bands) {
        if (band.low && !source.per) add(source.measure, *band.low);
      }
    }
    for (const Item& branch : item.branches) add(branch);
    if (item.sub_score) add(*item.sub_score, Decimal::of(2));
  }

  std::array<std::vector<Decimal>, kMeasureCount> values_;
};

const Values& values() {
  static const Values all;
  return all;
}

struct Given {
  Measure measure;
  Interval value;
  Timestamp at;
};

struct Panel {
  std::vector<Given> given;
  std::array<Tristate, kFactCount> facts{};

  [[nodiscard]] bool has(std::size_t measure) const {
    return std::ranges::any_of(given, [&](const Given& each) { return index(each.measure) == measure; });
  }
};

Interval random_value(Chance& chance, const std::vector<Decimal>& all) {
  const Decimal a = chance.of(all);
  const Decimal b = chance.of(all);
  switch (chance.below(8)) {
    case 0:
      return Interval::below(a, chance.percent(50));
    case 1:
      return Interval::above(a, chance.percent(50));
    case 2:
      return Interval::between(std::min(a, b), std::max(a, b));
    default:
      return Interval::point(a);
  }
}

Panel random_panel(Chance& chance) {
  Panel panel;
  // Of a few much is known, of many little.
  const std::size_t known = chance.of(std::vector<std::size_t>{10, 40, 70, 95});
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    if (values().of(i).empty()) continue;
    // Computed ones come up mostly where nobody reports them.
    const bool reported = i >= index(Measure::sirs) && i <= index(Measure::sofa_four);
    if (!chance.percent(reported ? known / 5 : known)) continue;
    const auto measure = static_cast<Measure>(i);
    panel.given.push_back({measure, random_value(chance, values().of(i)), hour(20)});
    const bool followed = measure == Measure::platelets || measure == Measure::pt_seconds || measure == Measure::fdp;
    if (followed && chance.percent(60)) panel.given.push_back({measure, random_value(chance, values().of(i)), hour(8)});
  }
  for (std::size_t i = 0; i < kFactCount; ++i) {
    const std::size_t die = chance.below(100);
    // Facts that exclude would leave little to look at.
    panel.facts[i] = die < 8 ? Tristate::yes : die < 60 ? Tristate::no : Tristate::unknown;
  }
  panel.facts[index(Fact::pregnancy)] = chance.percent(20) ? Tristate::yes : Tristate::unknown;
  if (chance.percent(60)) {
    for (const Fact gate : {Fact::sepsis, Fact::infection, Fact::underlying_disorder}) {
      panel.facts[index(gate)] = chance.percent(50) ? Tristate::yes : Tristate::unknown;
    }
  }
  return panel;
}

/// A patient of whom that is known, scored.
struct Scored {
  TestPatient patient;
  Assessment assessment;
  std::optional<KnownFacts> facts;

  Scored(const Panel& panel, const RuleSet& rules) {
    for (const Given& given : panel.given) {
      LabResult result;
      result.measure = given.measure;
      result.value = given.value;
      result.at = given.at;
      patient.put("o/" + std::to_string(index(given.measure)) + "/" + std::to_string(given.at.micros), result);
    }
    for (std::size_t i = 0; i < kFactCount; ++i) {
      if (panel.facts[i] != Tristate::unknown) patient.know(static_cast<Fact>(i), panel.facts[i], hour(20));
    }
    assess(rules, patient.state, hour(20), assessment);
    list_deciding(assessment);
    facts.emplace(patient.state, rules.site, hour(20));
  }
};

// ---- brute force ----

/// What a completion of all items comes to: the total, and the part of the items that must reach a floor.
using Outcomes = std::set<std::pair<int, int>>;

bool in_floor(const Met& met, std::size_t item) {
  return std::ranges::find(met.floor_items, item) != met.floor_items.end();
}

std::vector<int> points_of(const ItemScore& score) {
  std::vector<int> all;
  for (int bit = 0; bit < 64; ++bit) {
    if ((score.set >> bit & 1) != 0) all.push_back(score.item->base + bit);
  }
  return all;
}

int added(const CriterionScore& score, const KnownFacts& facts) {
  int points = 0;
  for (const Adjustment& adjustment : score.criterion->adjustments) {
    if (score.table->adjusted && facts.yes(adjustment.fact)) points += adjustment.points;
  }
  return points;
}

/// Over every choice of points of every item but `without`.
Outcomes outcomes(const CriterionScore& score, const KnownFacts& facts, std::size_t without) {
  Outcomes all = {{added(score, facts), 0}};
  for (std::size_t i = 0; i < score.items.size(); ++i) {
    if (i == without) continue;
    Outcomes more;
    for (const auto& [total, floor] : all) {
      for (const int points : points_of(score.items[i])) {
        more.emplace(total + points, floor + (in_floor(score.table->met, i) ? points : 0));
      }
    }
    all = std::move(more);
  }
  return all;
}

bool meets(const CriterionScore& score, int total, int floor, int findings) {
  const Met& met = score.table->met;
  if (score.criterion->cap) total = std::min<int>(total, *score.criterion->cap);
  if (!met.floor_items.empty() && floor < met.floor) return false;
  return total >= met.cut || (met.or_findings != 0 && findings >= met.or_findings && total >= met.or_cut);
}

bool item_turns(const CriterionScore& score, const KnownFacts& facts, std::size_t item) {
  const bool counts = in_floor(score.table->met, item);
  for (const auto& [total, floor] : outcomes(score, facts, item)) {
    for (int findings = score.findings_min; findings <= score.findings_max; ++findings) {
      std::set<bool> met;
      for (const int points : points_of(score.items[item])) {
        met.insert(meets(score, total + points, floor + (counts ? points : 0), findings));
      }
      if (met.size() == 2) return true;
    }
  }
  return false;
}

bool finding_turns(const CriterionScore& score, const KnownFacts& facts) {
  for (const auto& [total, floor] : outcomes(score, facts, score.items.size())) {
    for (int others = score.findings_min; others < score.findings_max; ++others) {
      if (meets(score, total, floor, others) != meets(score, total, floor, others + 1)) return true;
    }
  }
  return false;
}

/// Whether an alternative that is known surely gives what this one can give at most.
bool is_outdone(const Source& source, const Item& item, const ValueTable& table) {
  if (item.combine != Item::Combine::known) return false;
  const auto points = [](const Band& band) { return band.points; };
  const int most = points(*std::ranges::max_element(source.bands, {}, points));
  return std::ranges::any_of(item.sources, [&](const Source& other) {
    if (&other == &source || !table.present[index(other.measure)]) return false;
    return points_of(other.bands, {table.values[index(other.measure)].value, {}, Quantity::Form::plain}).min >= most;
  });
}

void add_names(const Item& item, const ValueTable& table, std::set<std::string_view>& names) {
  for (const Fact fact : item.facts) names.insert(fact_name(fact));
  bool counted = false;
  for (const Source& source : item.sources) {
    if (source.measure == Measure::fdp_by_kit && !table.has_kit) continue;
    // All values of a panel that count are of one time: no later alternative does.
    if (item.combine == Item::Combine::first && counted) break;
    counted = table.present[index(source.measure)];
    if (source.measure == Measure::sofa_four && table.sofa_four.items != nullptr) {
      for (std::size_t i = 0; i < table.sofa_four.items->size(); ++i) {
        if ((table.sofa_four.open >> i & 1) != 0) add_names((*table.sofa_four.items)[i], table, names);
      }
      continue;
    }
    if (is_outdone(source, item, table)) continue;
    names.insert(measure_info(sent_measure(source.measure)).name);
    if (source.per) names.insert(measure_info(*source.per).name);
  }
  if (item.trend) {
    for (const Measure measure : item.trend->measures) names.insert(measure_info(sent_measure(measure)).name);
  }
  if (item.chosen_by) names.insert(fact_name(*item.chosen_by));
  for (const Item& branch : item.branches) add_names(branch, table, names);
}

std::string name_of(const CriterionScore& score, int panel) {
  return score.criterion->id + "/" + score.criterion->profile + " in panel " + std::to_string(panel);
}

/// Runs `check(scored, score, name)` for every criterion on every panel.
template <typename Check>
void for_each_score(std::uint64_t seed, Check check) {
  Chance chance(seed);
  for (int i = 0; i < kPanels; ++i) {
    const Panel panel = random_panel(chance);
    for (const RuleSet& rules : rule_sets()) {
      const Scored scored(panel, rules);
      for (const CriterionScore& score : scored.assessment.scores) check(scored, score, name_of(score, i));
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(CriterionProperties, IntervalAndStatusAreThoseOfAllCompletions) {
  std::set<Status> seen;
  for_each_score(1, [&](const Scored& scored, const CriterionScore& score, const std::string& name) {
    if (score.by_total) return;  // another system's total, which no item tells
    std::set<int> totals;
    std::set<bool> met;
    for (const auto& [total, floor] : outcomes(score, *scored.facts, score.items.size())) {
      totals.insert(score.criterion->cap ? std::min<int>(total, *score.criterion->cap) : total);
      for (int findings = score.findings_min; findings <= score.findings_max; ++findings) {
        met.insert(meets(score, total, floor, findings));
      }
    }
    EXPECT_EQ(score.min, *totals.begin()) << name;
    EXPECT_EQ(score.max, *totals.rbegin()) << name;
    const bool judged = score.gate != Gate::excluded && score.criterion->result != Criterion::Result::group;
    const Status status = !judged           ? Status::not_applicable
                          : met.size() == 2 ? Status::indeterminate
                          : *met.begin()    ? Status::met
                                            : Status::not_met;
    EXPECT_EQ(score.status, status) << name;
    seen.insert(status);
  });
  EXPECT_EQ(seen.size(), 4U) << "panels of every kind";
}

/// Whether some new result of `measure` changes what the item may give.
bool changes_item(const Panel& panel, const RuleSet& rules, std::size_t criterion, std::size_t item, Measure measure) {
  const Scored before(panel, rules);
  for (const Decimal value : values().of(index(measure))) {
    Panel more = panel;
    std::erase_if(more.given, [&](const Given& each) { return each.measure == measure && each.at == hour(20); });
    more.given.push_back({measure, Interval::point(value), hour(20)});
    const Scored after(more, rules);
    const std::vector<ItemScore>& items = after.assessment.scores[criterion].items;
    if (items[item].set != before.assessment.scores[criterion].items[item].set) return true;
  }
  return false;
}

TEST(CriterionProperties, OfAlternativesThoseAreDecidingThatChangeTheItem) {
  Chance chance(3);
  std::size_t named = 0;
  std::size_t left_out = 0;
  for (int i = 0; i < 150; ++i) {
    const Panel panel = random_panel(chance);
    const RuleSet& rules = rule_sets()[static_cast<std::size_t>(i) % 2];
    const Scored scored(panel, rules);
    for (std::size_t c = 0; c < rules.criteria.size(); ++c) {
      const CriterionScore& score = scored.assessment.scores[c];
      if (score.status != Status::indeterminate || score.by_total || !score.criterion->findings.empty()) continue;
      for (std::size_t at = 0; at < score.items.size(); ++at) {
        const Item& item = *score.items[at].item;
        const bool alternatives = item.combine == Item::Combine::first || item.combine == Item::Combine::known;
        if (!alternatives || item.sources.size() < 2) continue;
        if (!item_turns(score, *scored.facts, at)) continue;
        for (const Source& source : item.sources) {
          const Measure measure = sent_measure(source.measure);
          const bool changes = changes_item(panel, rules, c, at, measure);
          const bool listed = std::ranges::find(score.deciding, measure_info(measure).name) != score.deciding.end();
          EXPECT_EQ(listed, changes) << name_of(score, i) << " " << item.name << " " << measure_info(measure).name;
          ++(changes ? named : left_out);
        }
      }
    }
  }
  EXPECT_GT(named, 100U);
  EXPECT_GT(left_out, 50U);
}

TEST(CriterionProperties, DecidingIsWhatTurnsTheStatus) {
  std::size_t undecided = 0;
  std::size_t left_out = 0;
  for_each_score(2, [&](const Scored& scored, const CriterionScore& score, const std::string& name) {
    if (score.by_total) return;
    std::set<std::string_view> expected;
    if (score.status == Status::indeterminate) {
      ++undecided;
      for (std::size_t i = 0; i < score.items.size(); ++i) {
        if (item_turns(score, *scored.facts, i)) {
          add_names(*score.items[i].item, scored.assessment, expected);
        } else if (score.items[i].min != score.items[i].max) {
          ++left_out;
        }
      }
      if (finding_turns(score, *scored.facts)) {
        for (const AuxiliaryFinding& finding : score.criterion->findings) {
          if (is_there(finding, scored.assessment) != Tristate::unknown) continue;
          expected.insert(measure_info(sent_measure(finding.measure)).name);
        }
      }
    }
    const std::set<std::string_view> named(score.deciding.begin(), score.deciding.end());
    EXPECT_EQ(named, expected) << name;
    EXPECT_EQ(named.size(), score.deciding.size()) << name << ": each is named once";
  });
  EXPECT_GT(undecided, 1000U);
  EXPECT_GT(left_out, 20U);
}

// ---- knowing more ----

std::optional<Interval> some_value_in(Chance& chance, const Interval& value, const std::vector<Decimal>& all) {
  std::vector<Decimal> inside;
  for (const Decimal each : all) {
    if (value.contains(each)) inside.push_back(each);
  }
  if (inside.empty()) return std::nullopt;
  return Interval::point(chance.of(inside));
}

/// The panel with exact values for some that were censored or missing, and answers for some facts.
Panel refined(Chance& chance, const Panel& panel) {
  Panel more = panel;
  for (Given& given : more.given) {
    if (given.value.is_point() || chance.percent(20)) continue;
    if (const auto value = some_value_in(chance, given.value, values().of(index(given.measure)))) given.value = *value;
  }
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    if (values().of(i).empty() || panel.has(i) || !chance.percent(15)) continue;
    more.given.push_back({static_cast<Measure>(i), Interval::point(chance.of(values().of(i))), hour(20)});
  }
  for (Tristate& fact : more.facts) {
    if (fact == Tristate::unknown && chance.percent(25)) fact = chance.percent(30) ? Tristate::yes : Tristate::no;
  }
  return more;
}

std::string text_of(const Panel& panel) {
  std::string text;
  for (const Given& given : panel.given) {
    const Interval& value = given.value;
    text.append(" ").append(measure_info(given.measure).name);
    text += (value.low_open ? " (" : " [") + (value.low_unbounded ? "" : value.low.to_string()) + ", ";
    text += (value.high_unbounded ? "" : value.high.to_string()) + (value.high_open ? ")" : "]");
    if (given.at != hour(20)) text += " before";
  }
  for (std::size_t i = 0; i < kFactCount; ++i) {
    if (panel.facts[i] == Tristate::unknown) continue;
    text.append(" ").append(fact_name(static_cast<Fact>(i))).append("=").append(tristate_name(panel.facts[i]));
  }
  return text;
}

using Measures = std::bitset<kMeasureCount>;

/// What can move an item, also through what is computed of it.
Measures behind(const Item& item, const RuleSet& rules) {
  Measures all;
  const auto add = [&](Measure measure) {
    all.set(index(measure));
    all.set(index(sent_measure(measure)));
    if (measure == Measure::pt_ratio) all.set(index(Measure::pt_seconds)).set(index(Measure::inr));
    for (const Criterion& definer : rules.criteria) {
      const bool defines = std::ranges::find(definer.defines, measure, &Definition::measure) != definer.defines.end();
      if (defines) all |= definer.scores;
    }
  };
  for (const Source& source : item.sources) {
    add(source.measure);
    if (source.per) add(*source.per);
  }
  if (item.trend) std::ranges::for_each(item.trend->measures, add);
  if (item.sub_score) add(*item.sub_score);
  for (const Item& branch : item.branches) all |= behind(branch, rules);
  return all;
}

bool same_where_known(Fact fact, const KnownFacts& before, const KnownFacts& after) {
  return before.unknown(fact) || before[fact] == after[fact];
}

/// Whether `after` only knows more of this criterion: the same population, no answer taken back, and nothing new that
/// goes before a value that counted (an FDP before a D-dimer).
bool only_more(const CriterionScore& before, const Scored& b, const CriterionScore& after, const Scored& a,
               const Measures& news, const RuleSet& rules) {
  if (before.table != after.table || before.by_total != after.by_total) return false;
  if ((before.gate == Gate::excluded) != (after.gate == Gate::excluded)) return false;
  if (added(before, *b.facts) != added(after, *a.facts)) return false;
  for (const ItemScore& score : before.items) {
    const Item& item = *score.item;
    for (const Fact fact : item.facts) {
      if (!same_where_known(fact, *b.facts, *a.facts)) return false;
    }
    if (item.chosen_by && !same_where_known(*item.chosen_by, *b.facts, *a.facts)) return false;
    if (score.by && (behind(item, rules) & news).any()) return false;
    // A reported sub-score goes before what the answer alone tells (no respiratory support: 2 at most).
    const bool answered = item.chosen_by && !b.facts->unknown(*item.chosen_by);
    if (answered && item.sub_score && news[index(*item.sub_score)]) return false;
  }
  return true;
}

TEST(CriterionProperties, KnowingMoreNeverLeavesTheIntervalNorTurnsAStatus) {
  Chance chance(3);
  std::size_t compared = 0;
  std::size_t narrowed = 0;
  for (int i = 0; i < kPanels && !HasFailure(); ++i) {
    const Panel panel = random_panel(chance);
    const Panel more = refined(chance, panel);
    Measures news;
    for (std::size_t m = 0; m < kMeasureCount; ++m) news[m] = more.has(m) && !panel.has(m);
    for (const RuleSet& rules : rule_sets()) {
      const Scored before(panel, rules);
      const Scored after(more, rules);
      for (std::size_t c = 0; c < rules.criteria.size(); ++c) {
        const CriterionScore& b = before.assessment.scores[c];
        const CriterionScore& a = after.assessment.scores[c];
        if (!only_more(b, before, a, after, news, rules)) continue;
        ++compared;
        const std::string name = name_of(b, i);
        EXPECT_TRUE(a.min >= b.min && a.max <= b.max)
            << name << ": [" << b.min << ", " << b.max << "] became [" << a.min << ", " << a.max << "]";
        for (std::size_t item = 0; item < b.items.size(); ++item) {
          EXPECT_EQ(a.items[item].set & ~b.items[item].set, 0U)
              << name << " " << b.items[item].item->name << " before: " << text_of(panel)
              << "; after: " << text_of(more);
        }
        EXPECT_TRUE(b.status == Status::indeterminate || a.status == b.status) << name;
        narrowed += a.min > b.min || a.max < b.max ? 1 : 0;
      }
    }
  }
  EXPECT_GT(compared, 4000U);
  EXPECT_GT(narrowed, 1000U);
}

TEST(CriterionProperties, ScoringAllocatesNothingOnceBuffersHaveTheirSize) {
  Chance chance(4);
  std::vector<Scored> patients;
  const RuleSet& rules = rule_sets()[1];
  for (int i = 0; i < 100; ++i) patients.emplace_back(random_panel(chance), rules);
  Assessment assessment;
  for (const Scored& each : patients) {
    assess(rules, each.patient.state, hour(20), assessment);
    list_deciding(assessment);
  }
  const std::uint64_t before = allocations;
  for (const Scored& each : patients) {
    assess(rules, each.patient.state, hour(20), assessment);
    list_deciding(assessment);
  }
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_GT(before, 0U) << "allocations are counted";
}

}  // namespace
}  // namespace coagwatch::rules
