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
#include "tests/simulation/feed.h"
#include "tests/simulation/follower.h"
#include "tests/simulation/simulated_broker.h"
#include "tests/simulation/simulated_kafka.h"

namespace coagwatch::simulation {

/// What happened in a run, and what was wrong with it.
struct Report {
  std::vector<std::string> problems;
  std::size_t alerts = 0;
  std::size_t dead_letters = 0;
  std::size_t committed = 0;  ///< transactions
  std::size_t aborted = 0;
  std::size_t replaced = 0;
  std::size_t unknown = 0;
  std::size_t lost = 0;  ///< assignments
  std::size_t revoked = 0;
  std::size_t restored = 0;   ///< partitions
  std::size_t killed = 0;     ///< workers
  std::size_t overtaken = 0;  ///< states found overtaken by a worker that had lost the partition and did not know yet
};

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
    std::uint32_t feed_rate = 2'000;  ///< how often records come between two steps, per 10,000
    bool transactional_input = true;  ///< some of the input comes in transactions, some of which abort
    bool compaction = true;
    bool restarts = true;   ///< workers leave and come at random
    bool resurrect = true;  ///< a worker that died is started again
    Time transaction_timeout = std::chrono::seconds(10);
    bool hide_suspect = false;       ///< planted bug of the client
    bool check_transactions = true;  ///< false where the test itself moves committed offsets
    daemon::WorkerOptions worker;
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
  /// Appends the next records of the feed to the input.
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
  void round();
  void start(Slot& slot);
  void stop(Slot& slot);
  void died(Slot& slot);
  void others_go_on(Slot& stalled);
  void disturb_once();
  void feed_one();
  void end_input_transactions(std::uint32_t per_myriad);
  void compact_something();
  bool drain();

  Settings settings_;
  Random random_;
  Report report_;
  SimulatedKafka cluster_;
  Follower follower_;
  Checker checker_;
  Feed feed_;
  std::size_t fed_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
  struct OpenInput {
    std::string id;
    ProducerIdentity producer;
  };
  std::vector<OpenInput> open_input_;
  int input_producers_ = 0;
  bool healed_ = false;
};

}  // namespace coagwatch::simulation
