#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/worker.h"
#include "tests/simulation/checker.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/follower.h"
#include "tests/simulation/hospital.h"
#include "tests/simulation/report.h"
#include "tests/simulation/running_check.h"
#include "tests/simulation/simulated_broker.h"
#include "tests/simulation/simulated_kafka.h"
#include "tests/simulation/weather.h"

namespace coagwatch::simulation {

/// Workers over one cluster, in one thread. Which of them goes next, how much time passes and what goes wrong
/// follows from the seed and the fault sources.
class Scenario {
 public:
  struct Settings {
    std::uint64_t seed = 1;
    std::int32_t partitions = 2;
    std::size_t workers = 1;
    std::size_t records = 100;
    std::size_t patients = 8;
    Weather::Rates weather;
    std::uint32_t feed_rate = 2'000;  ///< how often records come between two steps, per 10,000
    std::uint32_t command_rate = 0;   ///< likewise, how often people send a command
    bool links = false;               ///< Patient resources say that patients are one
    bool routed = false;              ///< the input comes from a router stage, which nothing disturbs
    std::size_t routers = 0;          ///< so many workers are that router stage, beside those that score
    std::size_t raw_topics = 1;       ///< which it reads
    std::int32_t raw_partitions = 2;  ///< of each
    bool transactional_input = true;  ///< some of the input comes in transactions, some of which abort
    bool compaction = true;
    bool restarts = true;                ///< workers leave and come at random
    bool resurrect = true;               ///< a worker that died is started again
    std::size_t standbys = 0;            ///< so many of the processes keep copies of the others' state
    std::uint32_t reader_rate = 10'000;  ///< how often the thread that reads state goes on beside the worker's
    std::int64_t records_read = 40;      ///< by it, at most, at a time
    std::chrono::milliseconds standby_after{500};
    Time transaction_timeout = std::chrono::seconds(10);
    Time wrong_clock_until{0};  ///< as SimulatedBroker::Settings, of every process
    SeamBugs bugs = {};
    bool check_transactions = true;  ///< false where the test itself moves committed offsets
    daemon::WorkerOptions worker;
    daemon::WorkerOptions router;
    SimulatedKafka::Settings cluster;  ///< `partitions` is set from above
  };
  /// Makes the fault source of the nth worker; it serves all its lives.
  using FaultMaker = std::function<std::unique_ptr<FaultSource>(std::size_t worker)>;

  Scenario(Settings settings, const FaultMaker& faults);
  ~Scenario();
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  /// Feeds all records while the workers run and faults strike.
  void disturb();
  /// Ends the faults and lets the workers come to rest. Then judges.
  Report finish();
  /// Both.
  Report run();

  SimulatedKafka& cluster() { return cluster_; }
  /// Writes the next records of the feed.
  void feed(std::size_t records);
  /// Lets the workers go on, without disturbance by the driver, for some virtual time.
  void run_for(Time duration);
  /// Errors of the partitions that are stopped now, in any worker.
  [[nodiscard]] std::vector<std::string> stopped() const;
  /// Stops every worker in an orderly way and starts it again.
  void restart_all();

 private:
  struct Slot;
  void step(Slot& slot);
  void step_worker(Slot& slot);
  void step_reader(Slot& slot);
  void round();
  void start(Slot& slot);
  void start_routing(Slot& slot);
  void start_scoring(Slot& slot);
  void stop(Slot& slot);
  void died(Slot& slot);
  void others_go_on(Slot& stalled);
  void disturb_once();
  void compact_something();
  bool drain();
  /// Everything ever written to the state topic.
  std::int64_t written();

  Settings settings_;
  Random random_;
  Report report_;
  SimulatedKafka cluster_;
  Follower follower_;
  RunningCheck running_check_;
  Checker checker_;
  Hospital hospital_;
  Weather weather_;
  std::vector<std::unique_ptr<Slot>> slots_;
  bool healed_ = false;
  int stalls_ = 0;  // inside of each other
};

}  // namespace coagwatch::simulation
