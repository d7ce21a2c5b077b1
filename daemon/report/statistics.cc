#include "daemon/report/statistics.h"

#include <algorithm>
#include <cmath>

namespace coagwatch::daemon {
namespace {

double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// Chance of at least `hits` out of `all`, each with chance p, strictly between 0 and 1. Terms are taken relative to
/// the greatest, outwards from it, until they do not matter: so neither factorials nor tiny powers appear.
double at_least(std::uint64_t hits, std::uint64_t all, double p) {
  constexpr double kNegligible = 1e-20;
  const double odds = p / (1 - p);
  const auto n = static_cast<double>(all);
  const auto mode = std::min(all, static_cast<std::uint64_t>((n + 1) * p));
  double tail = mode >= hits ? 1 : 0;
  double sum = 1;
  double term = 1;
  for (std::uint64_t i = mode; i < all && term > kNegligible; ++i) {
    term *= (n - static_cast<double>(i)) / static_cast<double>(i + 1) * odds;
    sum += term;
    if (i + 1 >= hits) tail += term;
  }
  term = 1;
  for (std::uint64_t i = mode; i > 0 && term > kNegligible; --i) {
    term *= static_cast<double>(i) / (n - static_cast<double>(i - 1)) / odds;
    sum += term;
    if (i - 1 >= hits) tail += term;
  }
  return tail / sum;
}

/// The chance under which `hits` or more are seen once in forty times.
double lower_end(std::uint64_t hits, std::uint64_t all) {
  if (hits == 0) return 0;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (at_least(hits, all, middle) < 0.025 ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::optional<Quartiles> quartiles(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  return Quartiles{quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

std::optional<double> cohens_kappa(const Agreement& agreement) {
  const auto all = static_cast<double>(agreement.all());
  if (all == 0) return std::nullopt;
  const double first = static_cast<double>(agreement.both + agreement.only_first) / all;
  const double second = static_cast<double>(agreement.both + agreement.only_second) / all;
  const double seen = static_cast<double>(agreement.both + agreement.neither) / all;
  const double chance = first * second + (1 - first) * (1 - second);
  if (chance >= 1) return std::nullopt;
  return (seen - chance) / (1 - chance);
}

ProportionInterval exact_interval(std::uint64_t hits, std::uint64_t all) {
  if (all == 0) return {};
  // What misses are to their chance, hits are to theirs.
  return {lower_end(hits, all), 1 - lower_end(all - hits, all)};
}

}  // namespace coagwatch::daemon
