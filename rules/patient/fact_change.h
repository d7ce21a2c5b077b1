#pragma once

#include <span>
#include <string_view>

#include "rules/patient/result.h"
#include "rules/values/fact.h"
#include "rules/values/timestamp.h"

namespace coagwatch::rules {

/// How the source of a fact begins that was charted: an Observation. Of several that say something of a fact the newest
/// counts, since each says how it was then.
inline constexpr std::string_view kChartedSource = "Observation";

/// A fact over a span of time; both ends count.
struct FactSpan {
  Fact fact = Fact::underlying_disorder;
  Tristate value = Tristate::unknown;
  Timestamp start = Timestamp::none();  ///< none: since ever
  Timestamp end = Timestamp::none();    ///< none: as long as such a fact lasts (default_span)
  friend bool operator==(const FactSpan&, const FactSpan&) = default;
};

/// What one version of one resource says of a patient. The views live as long as the input record they were read from.
struct FactChange {
  enum class Kind : std::uint8_t {
    statement,  ///< these facts and no others
    removal,    ///< `entered-in-error`, deletion: none, and what it ever said was wrong
  };
  Kind kind = Kind::statement;
  std::string_view source;  ///< what makes two versions the same resource: `Condition/c1`
  Version version;
  std::span<const FactSpan> facts;
  bool adopted = false;  ///< as Change::adopted
};

}  // namespace coagwatch::rules
