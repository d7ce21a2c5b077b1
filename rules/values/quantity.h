#pragma once

#include <cstdint>

#include "rules/values/interval.h"

namespace coagwatch::rules {

/// A quantity that is compared with cut-offs, exactly: derived measures are fractions, and dividing before comparing
/// would round.
struct Quantity {
  enum class Form : std::uint8_t {
    plain,     ///< `value`
    multiple,  ///< `value / base`, base above 0 (D-dimer as multiple of its upper limit, PaO2 / FiO2)
    fall,      ///< `100 * (1 - value / base)` percent, base not below 0 (platelets)
  };
  Interval value;
  Interval base;
  Form form = Form::plain;
};

}  // namespace coagwatch::rules
