#include "rules/patient/known_facts.h"

#include <algorithm>
#include <bitset>
#include <optional>
#include <utility>

#include "rules/patient/fact_change.h"
#include "rules/patient/window.h"

namespace coagwatch::rules {
namespace {

constexpr Duration days(std::int64_t n) { return Duration::hours(24 * n); }

/// What is recorded of a fact.
struct Recorded {
  Tristate value = Tristate::unknown;
  Timestamp since = Timestamp::none();
  bool given = false;
};

/// Whether what one source says goes before what others say.
bool goes_before(Fact fact, const Recorded& said, const Recorded& others) {
  if (!others.given) return true;
  // A disease is in remission or not; whoever says so last is right.
  const bool state = fact == Fact::remission;
  if (!state && (said.value == Tristate::yes) != (others.value == Tristate::yes)) return said.value == Tristate::yes;
  if (said.since != others.since) return said.since > others.since;
  // At the same time: what excludes least.
  return said.value == Tristate::unknown || (state && said.value == Tristate::no);
}

/// Whether what one Observation says goes before what others say: the later one, since each says how it was then.
bool goes_before_charted(const Recorded& said, const Recorded& others) {
  if (!others.given || said.since != others.since) return !others.given || said.since > others.since;
  return said.value == Tristate::yes || others.value == Tristate::no;
}

using AllRecorded = std::array<Recorded, kFactCount>;

AllRecorded all_recorded(const PatientState& state, Timestamp at) {
  AllRecorded all;
  std::optional<AllRecorded> charted;
  for (std::size_t i = 0; i < state.facts.size();) {
    const StoredFact& first = state.facts[i];
    Recorded said;
    for (; i < state.facts.size() && state.facts[i].source == first.source && state.facts[i].fact == first.fact; ++i) {
      if (covers(state.facts[i], at)) said = {state.facts[i].value, state.facts[i].start, true};
    }
    if (!said.given) continue;
    if (state.view(state.fact_sources[first.source].source).starts_with(kChartedSource)) {
      if (!charted) charted.emplace();
      Recorded& others = (*charted)[index(first.fact)];
      if (goes_before_charted(said, others)) others = said;
    } else if (Recorded& others = all[index(first.fact)]; goes_before(first.fact, said, others)) {
      others = said;
    }
  }
  if (!charted) return all;
  for (std::size_t i = 0; i < kFactCount; ++i) {
    const Recorded& said = (*charted)[i];
    if (said.given && goes_before(static_cast<Fact>(i), said, all[i])) all[i] = said;
  }
  return all;
}

// From the special to the general; a chain stands in the order in which it is followed upward.
constexpr std::array<std::pair<Fact, Fact>, 9> kImplied = {{
    {Fact::nsclc, Fact::solid_tumour},
    {Fact::metastatic, Fact::solid_tumour},
    {Fact::leukaemia, Fact::haematological_malignancy},
    {Fact::solid_tumour, Fact::malignancy},
    {Fact::haematological_malignancy, Fact::malignancy},
    {Fact::tumour_progression, Fact::malignancy},
    {Fact::sepsis, Fact::infection},
    {Fact::fulminant_hepatitis, Fact::liver_failure},
    {Fact::newborn, Fact::child},
}};

constexpr std::array kUnderlying = {
    Fact::sepsis,
    Fact::infection,
    Fact::malignancy,
    Fact::trauma,
    Fact::burn,
    Fact::surgery,
    Fact::pancreatitis,
    Fact::vascular_abnormality,
    Fact::toxic_immunological_reaction,
    Fact::liver_failure,
    Fact::fulminant_hepatitis,
    Fact::shock,
};

}  // namespace

std::optional<Duration> default_span(Fact fact) {
  switch (fact) {
    case Fact::infection:
    case Fact::sepsis:
      return days(14);
    case Fact::surgery:
    case Fact::trauma:
    case Fact::burn:
      return days(7);
    case Fact::platelet_transfusion:
    case Fact::red_cell_transfusion:
    case Fact::plasma_transfusion:
    case Fact::bleeding:
    case Fact::organ_symptoms:
    case Fact::shock:
    case Fact::respiratory_support:
    case Fact::ecmo:
    case Fact::renal_replacement:
      return days(1);
    case Fact::anticoagulant:
    case Fact::heparin:
    case Fact::thrombomodulin:
    case Fact::fibrinogen_concentrate:
    case Fact::antithrombin_concentrate:
    case Fact::vasopressor:
    case Fact::chemotherapy:
      return days(3);
    case Fact::pregnancy:
      return days(42 * 7);
    default:
      return std::nullopt;
  }
}

bool covers(const StoredFact& entry, Timestamp at) {
  if (entry.start.known() && entry.start > at) return false;
  if (entry.end.known()) return at <= entry.end;
  if (!entry.start.known()) return true;
  const auto span = default_span(entry.fact);
  return !span || at - entry.start <= *span;
}

std::bitset<kFactCount> implied_by(Fact fact) {
  std::bitset<kFactCount> facts;
  facts.set(index(fact));
  for (const auto& [special, general] : kImplied) {
    if (facts[index(special)]) facts.set(index(general));
  }
  const auto holds = [&](Fact each) { return facts[index(each)]; };
  if (std::any_of(kUnderlying.begin(), kUnderlying.end(), holds)) facts.set(index(Fact::underlying_disorder));
  return facts;
}

Tristate recorded_fact(const PatientState& state, Fact fact, Timestamp at) {
  return all_recorded(state, at)[index(fact)].value;
}

KnownFacts::KnownFacts(const PatientState& state, const SiteProfile& site, Timestamp at) {
  std::bitset<kFactCount> recorded;
  if (!state.facts.empty()) {
    const auto entries = all_recorded(state, at);
    for (std::size_t i = 0; i < kFactCount; ++i) {
      recorded[i] = entries[i].given;
      values_[i] = entries[i].value;
    }
  }
  for (const auto& [special, general] : kImplied) {
    if (yes(special)) values_[index(general)] = Tristate::yes;
  }
  for (const Fact fact : kUnderlying) {
    if (yes(fact)) values_[index(Fact::underlying_disorder)] = Tristate::yes;
  }
  for (std::size_t i = 0; i < kFactCount; ++i) {
    if (site.charted[i] && !recorded[i] && values_[i] == Tristate::unknown) values_[i] = Tristate::no;
  }
}

KnownFacts KnownFacts::assuming(Fact fact) const {
  KnownFacts facts = *this;
  const std::bitset<kFactCount> implied = implied_by(fact);
  for (std::size_t i = 0; i < kFactCount; ++i) {
    if (implied[i]) facts.values_[i] = Tristate::yes;
  }
  return facts;
}

}  // namespace coagwatch::rules
