#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace coagwatch::daemon {

/// Lower quartile, median and upper quartile.
struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;
};

/// By linear interpolation between order statistics (Hyndman and Fan's type 7, as R and NumPy do); nullopt of nothing.
std::optional<Quartiles> quartiles(std::vector<double> values);

/// How two yes/no judgements of the same patients fall together.
struct Agreement {
  std::uint64_t both = 0;
  std::uint64_t only_first = 0;
  std::uint64_t only_second = 0;
  std::uint64_t neither = 0;

  [[nodiscard]] std::uint64_t all() const { return both + only_first + only_second + neither; }
};

/// Cohen's kappa (Educational and Psychological Measurement 1960;20:37-46); nullopt where chance alone agrees always.
std::optional<double> cohens_kappa(const Agreement& agreement);

/// An interval for a proportion.
struct ProportionInterval {
  double low = 0;
  double high = 1;
};

/// The exact 95 % interval of `hits` out of `all` (Clopper and Pearson, Biometrika 1934;26:404-413); all of [0, 1] for
/// none of none. REQUIRES: hits <= all.
ProportionInterval exact_interval(std::uint64_t hits, std::uint64_t all);

}  // namespace coagwatch::daemon
