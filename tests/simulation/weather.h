#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// What befalls the whole cluster rather than one client: brokers that restart, a group that does not come to rest.
class Weather {
 public:
  /// Per 10,000 turns.
  struct Rates {
    std::uint32_t outage = 0;  ///< the brokers are away for up to 20 s
    std::uint32_t storm = 0;   ///< for up to 10 s one rebalance follows the other
  };
  Weather(SimulatedKafka& cluster, Rates rates) : cluster_(cluster), rates_(rates) {}

  /// One turn of the driver; draws from `random`.
  void turn(Random& random);
  /// From now on the sky is clear; an outage ends.
  void calm();
  [[nodiscard]] std::size_t outages() const { return outages_; }
  [[nodiscard]] std::size_t storms() const { return storms_; }

 private:
  SimulatedKafka& cluster_;
  Rates rates_;
  Time storm_until_{};
  std::size_t outages_ = 0;
  std::size_t storms_ = 0;
};

}  // namespace coagwatch::simulation
