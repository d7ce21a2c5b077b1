#include "rules/scoring/patient_context.h"

#include <algorithm>
#include <array>

#include "rules/criterion/banding.h"

namespace coagwatch::rules {
namespace {

// Paper 002 names high severity without a number; 13 is that of the registry it rests on (Yamakawa K, et al. Crit Care
// 2016;20:229), RECALLED.
constexpr int kHighSofa = 13;
// Ours: paper 003 speaks of thrombocytopenia; the ISTH score begins to count here.
constexpr int kLowPlatelets = 100;
constexpr int kVeryLowPlatelets = 30;  // PLASMIC
constexpr Decimal kLongInr(15, -1);    // PLASMIC: 1.5
constexpr int kLowAlbumin = 25;        // g/L; paper 001 prints mg/dL, a slip
constexpr int kFallInHit = 30;         // percent, 4Ts
constexpr int kLongPt = 3;             // s, the first that ISTH counts
constexpr int kLowFibrinogen = 1;      // g/L
// 4Ts: when antibodies against heparin lower platelets, counted from its begin; both inclusive.
constexpr Duration kHitFrom = Duration::hours(5 * 24);
constexpr Duration kHitTo = Duration::hours(10 * 24);

const CriterionScore* score_of(const Assessment& assessment, std::string_view id) {
  const auto found =
      std::ranges::find_if(assessment.scores, [&](const CriterionScore& score) { return score.criterion->id == id; });
  return found == assessment.scores.end() ? nullptr : &*found;
}

bool is_met(const Assessment& assessment, std::string_view id) {
  const CriterionScore* score = score_of(assessment, id);
  return score != nullptr && score->status == Status::met;
}

bool surely_below(const Assessment& assessment, Measure measure, int limit) {
  if (!assessment.present[index(measure)]) return false;
  const Interval& value = assessment.values[index(measure)].value;
  if (value.high_unbounded) return false;
  const Decimal cut = Decimal::of(limit);
  return value.high < cut || (value.high == cut && value.high_open);
}

bool surely_at_least(const Assessment& assessment, Measure measure, Decimal limit) {
  if (!assessment.present[index(measure)]) return false;
  const Interval& value = assessment.values[index(measure)].value;
  return !value.low_unbounded && value.low >= limit;
}

/// More than `percent` within 24 h. The fall as it was counted: the value beside it is rounded for display.
bool surely_falls_by_more_than(const Assessment& assessment, int percent) {
  if (!assessment.present[index(Measure::platelet_fall_24h)]) return false;
  const Decimal cut = Decimal::of(percent);
  const std::vector<Band> bands = {{std::nullopt, cut, false, true, 0}, {cut, std::nullopt, false, false, 1}};
  return points_of(bands, assessment.platelet_fall).min == 1;
}

std::string_view cause_of(const KnownFacts& facts) {
  if (!facts.yes(Fact::malignancy)) return {};
  const bool progresses = facts.yes(Fact::tumour_progression);
  if (facts.yes(Fact::infection)) return progresses ? "indistinguishable" : "infection";
  return progresses && facts.no(Fact::infection) ? "tumour" : std::string_view();
}

std::string_view stratum_of(const Assessment& assessment) {
  const bool dic = is_met(assessment, "jaam") || is_met(assessment, "isth-2001");
  const bool severe = surely_at_least(assessment, Measure::sofa, Decimal::of(kHighSofa));
  return assessment.facts.yes(Fact::sepsis) && dic && severe ? "sepsis-dic-high-severity" : std::string_view();
}

/// Neither PT nor fibrinogen is changed as in DIC; both are known.
bool has_normal_clotting(const Assessment& assessment) {
  return surely_below(assessment, Measure::pt_prolongation, kLongPt) &&
         surely_at_least(assessment, Measure::fibrinogen, Decimal::of(kLowFibrinogen));
}

void add_prompts(const Assessment& assessment, std::vector<std::string_view>& out) {
  const KnownFacts& facts = assessment.facts;
  if (facts.yes(Fact::nsclc) && facts.yes(Fact::metastatic) &&
      surely_below(assessment, Measure::platelets, kLowPlatelets)) {
    out.emplace_back("dic-work-up");
  }
  const bool clots = has_normal_clotting(assessment);
  if (clots && assessment.state != nullptr && was_exposed_to_heparin(*assessment.state, assessment.at) &&
      surely_falls_by_more_than(assessment, kFallInHit)) {
    out.emplace_back("heparin-induced-thrombocytopenia");
  }
  if (clots && !surely_at_least(assessment, Measure::inr, kLongInr) && !facts.yes(Fact::malignancy) &&
      surely_below(assessment, Measure::platelets, kVeryLowPlatelets)) {
    out.emplace_back("thrombotic-microangiopathy");
  }
  if (!assessment.present[index(Measure::antithrombin)] && surely_below(assessment, Measure::albumin, kLowAlbumin)) {
    out.emplace_back("antithrombin-surrogate-low");
  }
}

void add_risk(const Assessment& assessment, PatientContext& out) {
  for (const std::string_view id : {"sofa", "jaam", "isth-2001"}) {
    const CriterionScore* score = score_of(assessment, id);
    if (score == nullptr || score->gate == Gate::excluded) continue;
    const bool anything_known = score->min != score->table->lowest || score->max != score->table->highest;
    if (anything_known) out.risk.emplace_back(score->criterion->id, PointRange{score->min, score->max});
  }
  const CriterionScore* groups = score_of(assessment, "plt-at");
  if (groups != nullptr && groups->group) out.group = *groups->group;
}

// The population of paper 001: infection with JAAM DIC, no haematological malignancy, antitumour drugs, meningitis or
// antithrombin concentrate.
void add_validity(const Assessment& assessment, std::vector<std::string_view>& out) {
  const KnownFacts& facts = assessment.facts;
  if (!facts.yes(Fact::infection)) out.emplace_back("no-infection-recorded");
  if (!is_met(assessment, "jaam")) out.emplace_back("jaam-not-met");
  constexpr std::array<std::pair<Fact, std::string_view>, 4> kOutside = {
      {{Fact::haematological_malignancy, "haematological-malignancy"},
       {Fact::chemotherapy, "chemotherapy"},
       {Fact::meningitis, "meningitis"},
       {Fact::antithrombin_concentrate, "antithrombin-concentrate"}}};
  for (const auto& [fact, name] : kOutside) {
    if (facts.yes(fact)) out.push_back(name);
  }
}

}  // namespace

bool was_exposed_to_heparin(const PatientState& state, Timestamp at) {
  if (!at.known()) return false;
  return std::ranges::any_of(state.facts, [&](const StoredFact& fact) {
    if (fact.fact != Fact::heparin || fact.value != Tristate::yes || !fact.start.known()) return false;
    const Duration since = at - fact.start;
    return since >= kHitFrom && since <= kHitTo;
  });
}

bool PatientContext::empty() const {
  return cause.empty() && stratum.empty() && prompts.empty() && risk.empty() && !group && validity.empty();
}

void describe_context(const Assessment& assessment, PatientContext& out) {
  out.prompts.clear();
  out.risk.clear();
  out.group.reset();
  out.validity.clear();
  out.cause = cause_of(assessment.facts);
  out.stratum = stratum_of(assessment);
  add_prompts(assessment, out.prompts);
  add_risk(assessment, out);
  if (out.group) add_validity(assessment, out.validity);
}

}  // namespace coagwatch::rules
