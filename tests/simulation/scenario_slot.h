#pragma once

#include <memory>
#include <utility>

#include "daemon/engine/state_copies.h"
#include "tests/simulation/run_observer.h"
#include "tests/simulation/scenario.h"

namespace coagwatch::simulation {

/// Counts a depth.
class Nested {
 public:
  explicit Nested(int& depth) : depth_(depth) { ++depth_; }
  ~Nested() { --depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  int& depth_;
};

/// One place where a process, of one worker of either stage, lives, dies and is started again.
struct Scenario::Slot {
  Slot(std::size_t n, std::unique_ptr<FaultSource> source, Report& report)
      : number(n), faults(std::move(source)), observer(report), copy_observer(report) {}
  std::size_t number;
  bool routes = false;  // its worker is of the router stage
  std::unique_ptr<FaultSource> faults;
  RunObserver observer;
  std::unique_ptr<SimulatedBroker> broker;
  CopyCounter copy_observer;
  std::unique_ptr<daemon::StateCopies> copies;
  std::unique_ptr<daemon::Worker> worker;
  Time start_at{};
  std::size_t lives = 0;
  bool busy = false;     // inside a step, perhaps standing still in it
  bool reading = false;  // likewise, of the thread that reads state

  void end() {
    worker.reset();
    copies.reset();
    broker.reset();
    observer.forget();
  }
};

}  // namespace coagwatch::simulation
