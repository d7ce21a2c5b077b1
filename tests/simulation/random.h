#pragma once

#include <cstddef>
#include <cstdint>

namespace coagwatch::simulation {

/// SplitMix64: the same numbers from the same seed on every machine and compiler, which the distributions of the
/// standard library do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, n). REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  /// Uniform in [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  /// True in `per_myriad` of 10,000 draws.
  bool chance(std::uint32_t per_myriad) { return below(10'000) < per_myriad; }
  /// An element of a non-empty container.
  template <typename Container>
  auto& pick(Container& container) {
    return container[static_cast<std::size_t>(below(container.size()))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace coagwatch::simulation
