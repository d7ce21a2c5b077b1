#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "daemon/engine/metrics_observer.h"
#include "daemon/engine/worker.h"
#include "daemon/metrics/health.h"

namespace coagwatch::daemon {

/// A worker on a thread of its own, from construction until stop().
///
/// start, stop and the destructor belong to one thread; snapshot() may be called from any.
class WorkerThread {
 public:
  using MakeBroker = std::function<std::unique_ptr<Broker>()>;

  /// The broker is made on the worker's thread. All references must outlive this.
  WorkerThread(std::uint32_t number, MakeBroker make_broker, const FoldSettings& settings, WorkerOptions options,
               Metrics& metrics, Health& health);
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  /// Asks the worker to commit, leave the group and end; does not wait.
  void request_stop() { stopping_.store(true, std::memory_order_relaxed); }
  /// Waits for the end.
  void join();
  [[nodiscard]] WorkerSnapshot snapshot() const;
  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  void run(const MakeBroker& make_broker);

  const std::uint32_t number_;
  const FoldSettings& settings_;
  const WorkerOptions options_;
  Health& health_;
  MetricsObserver observer_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::unique_ptr<Worker> worker_;  // guarded by mutex_ for making and destroying
  std::thread thread_;
};

/// Why a worker is not ready, or empty if it is.
std::string not_ready_reason(const WorkerSnapshot& snapshot);

}  // namespace coagwatch::daemon
