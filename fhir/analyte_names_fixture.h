#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "fhir/analyte_names.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// For tests: the built-in names, asked of one measure.
class NamesTest : public ::testing::Test {
 protected:
  bool contradicts(std::string_view measure, std::string_view text) const {
    MeasureSet set;
    set.set(rules::index(*rules::measure_named(measure)));
    return terminology_.names().contradicts(text, set);
  }

  Terminology terminology_;
};

struct Shown {
  std::string_view measure;
  std::string_view text;
};

}  // namespace coagwatch::fhir
