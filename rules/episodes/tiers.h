#pragma once

#include <cstddef>
#include <string_view>

#include "rules/episodes/episode.h"
#include "rules/patient/known_facts.h"

namespace coagwatch::rules {

/// The tier that a criterion alerts in for this patient (decisions.md, "Primary criteria").
enum class Tier : std::uint8_t { none, early, overt };

/// A criterion's tier and its place in the order of precedence, overt before early; `none` publishes nothing.
struct Standing {
  Tier tier = Tier::none;
  std::size_t rank = 0;  ///< lower leads
};

/// Where `criterion` stands for a patient with these facts: malignancy and marrow suppression bring the malignancy
/// tier in, pregnancy its own.
Standing standing_of(const AlertPolicy& policy, std::string_view criterion, const KnownFacts& facts);

/// The tier whose interruption an onset of `criterion` spends, whatever the patient's facts are.
Tier tier_of(const AlertPolicy& policy, std::string_view criterion);

}  // namespace coagwatch::rules
