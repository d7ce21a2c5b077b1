#include "daemon/report/cut_offs.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace coagwatch::daemon {
namespace {

using rules::Measure;

double number(rules::Decimal value) {
  return static_cast<double>(value.coefficient()) * std::pow(10.0, value.exponent());
}

/// A boundary of `source` on the scale of `measure`; nothing where it has no place there.
std::optional<double> on_scale(double boundary, Measure source, Measure measure, const rules::SiteProfile& site) {
  if (source == measure) return boundary;
  const auto& control = site.pt_control_seconds;
  const bool by_limit = site.pt_reference == rules::SiteProfile::PtReference::upper_limit;
  const auto& reference = by_limit ? site.pt_upper_limit_seconds : control;
  if (measure == Measure::d_dimer && source == Measure::d_dimer_uln) {
    const auto& limit = site.upper_limits[rules::index(Measure::d_dimer)];
    if (limit) return boundary * number(*limit);
  } else if (measure == Measure::fdp && source == Measure::fdp_by_kit) {
    return boundary;
  } else if (measure == Measure::pt_seconds) {
    if (source == Measure::pt_prolongation && reference) return boundary + number(*reference);
    if (source == Measure::pt_over_control && control) return boundary + number(*control);
    if (source == Measure::pt_ratio && control) return boundary * number(*control);
  }
  return std::nullopt;
}

void collect(const rules::Item& item, Measure measure, const rules::SiteProfile& site, std::vector<double>& out) {
  for (const rules::Source& source : item.sources) {
    if (source.per) continue;
    for (const rules::Band& band : source.bands) {
      // Each boundary is the low end of the band above it.
      if (!band.low) continue;
      if (const auto value = on_scale(number(*band.low), source.measure, measure, site)) out.push_back(*value);
    }
  }
  for (const rules::Item& branch : item.branches) collect(branch, measure, site, out);
}

}  // namespace

std::vector<double> cut_offs(const rules::Criterion& criterion, Measure measure, const rules::SiteProfile& site) {
  std::vector<double> values;
  for (const rules::Item& item : criterion.table.items) collect(item, measure, site, values);
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end(), [](double a, double b) { return std::abs(a - b) < 1e-9; }),
               values.end());
  return values;
}

}  // namespace coagwatch::daemon
