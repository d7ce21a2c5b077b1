#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "daemon/cli/stall_watch.h"
#include "daemon/engine/metrics_observer.h"
#include "daemon/engine/worker.h"
#include "daemon/metrics/health.h"

namespace coagwatch::daemon {

/// A worker on a thread of its own, from construction until stop().
///
/// start, stop and the destructor belong to one thread; the others may be called from any.
class WorkerThread {
 public:
  /// The broker belongs to the worker's thread from here on. All references must outlive this. `states`: as for Worker.
  /// `number`: its place in `health`. `rules`: in force as it starts. `stands_after`: for stands().
  WorkerThread(std::uint32_t number, Stage stage, std::unique_ptr<Broker> broker, StateSource* states,
               std::unique_ptr<TaskFactory> tasks, const std::shared_ptr<const rules::RuleSet>& rules,
               WorkerOptions options, Metrics& metrics, Health& health, StallWatch::Clock::duration stands_after);
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  /// Asks the worker to commit, leave the group and end; does not wait.
  void request_stop() { stopping_.store(true, std::memory_order_relaxed); }
  /// Waits for the end.
  void join();
  /// As Worker::change_scoring.
  void change_scoring(Scoring scoring) { worker_.change_scoring(std::move(scoring)); }
  /// As Worker::halt. Belongs to the thread that starts and stops.
  void halt(std::string why) { worker_.halt(std::move(why)); }
  /// As Worker::ask.
  std::future<Inquiries::Answer> ask(std::string patient) { return worker_.ask(std::move(patient)); }
  [[nodiscard]] WorkerSnapshot snapshot() const;
  /// Whether it has made no step for longer than `stands_after`. To be asked several times a second, by the thread that
  /// starts and stops.
  [[nodiscard]] bool stands() {
    return stalls_.stands(steps_.load(std::memory_order_relaxed), StallWatch::Clock::now());
  }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] const Stage& stage() const { return stage_; }

 private:
  void run();

  const std::uint32_t number_;
  const Stage stage_;
  Health& health_;
  MetricsObserver observer_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> steps_{0};
  StallWatch stalls_;
  std::unique_ptr<Broker> broker_;
  Worker worker_;
  std::thread thread_;
};

/// Why a worker is not ready, or empty if it is.
std::string not_ready_reason(const Stage& stage, const WorkerSnapshot& snapshot);

}  // namespace coagwatch::daemon
