#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/cli/test_file_reader.h"
#include "rules/values/interval.h"
#include "rules/values/site.h"

namespace coagwatch::daemon {

/// A result as a case gives it, in canonical unit.
struct GivenResult {
  rules::Measure measure = rules::Measure::platelets;
  rules::Interval value;
  std::optional<rules::Decimal> upper_limit;  ///< own; of DDU in the value's own flavour
  std::uint16_t flags = 0;                    ///< rules::ResultFlag bits
};

/// Reads measure, value, unit and own upper limit as intake would: the limit in the value's unit, a concentration of
/// what is scored as a multiple divided by its limit, nothing that is not plausible. nullopt after a problem.
/// REQUIRES: `given` has `measure`.
std::optional<GivenResult> read_given_result(const rules::YamlNode& given, const TestFileReader& reader,
                                             const std::string& key, const rules::SiteProfile& site);

}  // namespace coagwatch::daemon
