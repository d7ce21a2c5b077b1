#pragma once

#include <array>
#include <bitset>
#include <optional>

#include "rules/patient/patient_state.h"
#include "rules/values/fact.h"
#include "rules/values/site.h"

namespace coagwatch::rules {

/// How long a fact without an end lasts from its start (decisions.md 7); nullopt: for ever.
/// Bedside findings and supports that the rule does not name (bleeding, organ symptoms, shock, ventilation, ...) last
/// as long as a laboratory value counts, 24 h: a bleeding that stopped last week must not score.
std::optional<Duration> default_span(Fact fact);

/// Whether a recorded fact lasts at `at`.
bool covers(const StoredFact& entry, Timestamp at);

/// What is surely yes where this fact is: itself, and what follows from it.
std::bitset<kFactCount> implied_by(Fact fact);

/// What is known of a patient at one clinical time, with what follows from it.
///
/// What is recorded comes first (recorded_fact); of what Observations say of a fact only the newest. Then whatever
/// surely follows: leukaemia is a haematological malignancy, lung cancer and metastases are solid tumours, both are
/// malignancies; sepsis is an infection; fulminant hepatitis is a liver failure; a newborn is a child; and any
/// condition that rule 7 lists is an underlying disorder. A fact implied is `yes` whatever was recorded of it; `no` is
/// never inferred. Last, a bedside fact that the site always charts and nobody recorded is `no`.
class KnownFacts {
 public:
  /// Nothing is known.
  KnownFacts() = default;
  KnownFacts(const PatientState& state, const SiteProfile& site, Timestamp at);

  /// The same with `fact`, and what follows from it, yes.
  [[nodiscard]] KnownFacts assuming(Fact fact) const;

  [[nodiscard]] Tristate operator[](Fact fact) const { return values_[index(fact)]; }
  [[nodiscard]] bool yes(Fact fact) const { return values_[index(fact)] == Tristate::yes; }
  [[nodiscard]] bool no(Fact fact) const { return values_[index(fact)] == Tristate::no; }
  [[nodiscard]] bool unknown(Fact fact) const { return values_[index(fact)] == Tristate::unknown; }
  friend bool operator==(const KnownFacts&, const KnownFacts&) = default;

 private:
  std::array<Tristate, kFactCount> values_{};
};

}  // namespace coagwatch::rules
