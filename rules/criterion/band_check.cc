#include "rules/criterion/band_check.h"

#include <algorithm>

namespace coagwatch::rules {
namespace {

/// True if `a` lies wholly below `b`, judged by their lower ends.
bool starts_before(const Band& a, const Band& b) {
  if (!a.low || !b.low) return !a.low && b.low.has_value();
  if (*a.low != *b.low) return *a.low < *b.low;
  return a.low_inclusive && !b.low_inclusive;
}

std::string end_text(const Band& band) {
  return band.high ? (band.high_inclusive ? "le " : "lt ") + band.high->to_string() : "no upper end";
}
std::string start_text(const Band& band) {
  return band.low ? (band.low_inclusive ? "ge " : "gt ") + band.low->to_string() : "no lower end";
}

/// True if no value can lie in the band.
bool is_empty(const Band& band) {
  if (!band.low || !band.high) return false;
  return *band.low > *band.high || (*band.low == *band.high && !(band.low_inclusive && band.high_inclusive));
}

void check_plausible(const Band& band, const MeasureInfo& info, const std::string& key,
                     std::vector<KeyedFinding>& out) {
  const bool below =
      band.high && (*band.high < info.plausible_low || (*band.high == info.plausible_low && !band.high_inclusive));
  const bool above =
      band.low && (*band.low > info.plausible_high || (*band.low == info.plausible_high && !band.low_inclusive));
  if (!below && !above) return;
  std::string unit(info.unit == "1" ? "" : " " + std::string(info.unit));
  out.push_back({key, "no plausible " + std::string(info.name) + " is " + (below ? end_text(band) : start_text(band)) +
                          "; expected cut-offs from " + info.plausible_low.to_string() + " to " +
                          info.plausible_high.to_string() + unit});
}

/// A band with its place in the file.
struct PlacedBand {
  Band band;
  std::size_t place = 0;
};

std::vector<PlacedBand> sorted(const std::vector<Band>& bands) {
  std::vector<PlacedBand> out;
  out.reserve(bands.size());
  for (const Band& band : bands) out.push_back({band, out.size()});
  std::ranges::stable_sort(out, starts_before, &PlacedBand::band);
  return out;
}

/// What is wrong between two neighbours, or empty.
std::string between(const Band& below, const Band& above) {
  const std::string ends = end_text(below) + " and " + start_text(above);
  if (!below.high || !above.low || *below.high > *above.low ||
      (*below.high == *above.low && below.high_inclusive && above.low_inclusive)) {
    return "bands overlap between " + ends;
  }
  const bool gap = *below.high < *above.low || (!below.high_inclusive && !above.low_inclusive);
  return gap ? "a gap between " + ends : "";
}

void check_bands(const std::vector<PlacedBand>& bands, const Source& source, const std::string& key,
                 std::vector<KeyedFinding>& out) {
  const auto at = [&](std::size_t place) { return key + "[" + std::to_string(place) + "]"; };
  for (const auto& [band, place] : bands) {
    if (is_empty(band)) {
      out.push_back({at(place), "no value is both " + start_text(band) + " and " + end_text(band)});
    } else if (!source.per) {
      check_plausible(band, measure_info(source.measure), at(place), out);
    }
  }
  const auto& [lowest, first] = bands.front();
  if (lowest.low) {
    out.push_back(
        {at(first), "values below " + start_text(lowest) + " have no points; expected a band without lower end"});
  }
  const auto& [highest, last] = bands.back();
  if (highest.high) {
    out.push_back(
        {at(last), "values above " + end_text(highest) + " have no points; expected a band without upper end"});
  }
  for (std::size_t i = 1; i < bands.size(); ++i) {
    std::string wrong = between(bands[i - 1].band, bands[i].band);
    if (!wrong.empty()) out.push_back({at(std::max(bands[i - 1].place, bands[i].place)), std::move(wrong)});
  }
}

/// What values can be divided by: a measure that is never 0.
void check_divisor(const Source& source, const std::string& key, std::vector<KeyedFinding>& out) {
  const MeasureInfo& divisor = measure_info(*source.per);
  if (source.per == source.measure) {
    out.push_back({key, "expected another measure than what is divided"});
  } else if (divisor.plausible_low.sign() <= 0) {
    out.push_back({key, "expected a measure that is above 0 to divide by, such as fio2; " + std::string(divisor.name) +
                            " can be " + divisor.plausible_low.to_string()});
  }
}

}  // namespace

void check_source(Source& source, const std::string& key, std::vector<KeyedFinding>& out) {
  if (source.per) check_divisor(source, key + ".per", out);
  if (source.bands.empty()) return;
  const std::vector<PlacedBand> bands = sorted(source.bands);
  check_bands(bands, source, key + ".bands", out);
  std::ranges::transform(bands, source.bands.begin(), &PlacedBand::band);
}

}  // namespace coagwatch::rules
