#include "tests/simulation/weather.h"

namespace coagwatch::simulation {

using std::chrono::milliseconds;

void Weather::turn(Random& random) {
  if (random.chance(rates_.outage)) {
    ++outages_;
    cluster_.stop_for(milliseconds(random.between(50, 20'000)));
  }
  if (random.chance(rates_.storm)) {
    ++storms_;
    storm_until_ = cluster_.now() + milliseconds(random.between(200, 10'000));
  }
  if (cluster_.now() < storm_until_ && random.chance(5'000)) cluster_.group().request_rebalance(cluster_.now());
}

void Weather::calm() {
  rates_ = {};
  storm_until_ = {};
  // Not one that lasts until the end: then nobody would look at what happened right before it.
  if (cluster_.away()) cluster_.stop_for(Time(0));
}

}  // namespace coagwatch::simulation
