#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace coagwatch::daemon {

/// What the workers say of themselves, and what `/livez` and `/readyz` make of it.
///
/// Live: every worker's loop ticked lately, so nothing hangs; a broker that is down leaves a worker live. Ready:
/// every worker has its partitions, restored, and a producer. Thread-safe; tick() is one atomic store.
class Health {
 public:
  using Clock = std::chrono::steady_clock;
  /// `stuck_after`: a loop silent for longer is not alive. It must exceed the longest single wait of a loop.
  explicit Health(std::size_t workers, std::chrono::milliseconds stuck_after = std::chrono::seconds(60));
  ~Health();
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  /// The worker's loop is alive. REQUIRES: worker < the number given.
  void tick(std::size_t worker, Clock::time_point now = Clock::now());
  /// The worker's readiness, with the reason while it is not (`waiting for the broker`; no patient data). All
  /// workers start as not ready, `starting`.
  void set_ready(std::size_t worker, bool ready, std::string reason);
  /// From now on never ready again: the process is draining.
  void set_stopping();

  /// An answer with the JSON that explains it.
  struct Report {
    bool ok = false;
    std::string json;
  };
  /// `{"live":true,"workers":[{"worker":0,"tick-age-seconds":0.012}]}`
  [[nodiscard]] Report live(Clock::time_point now = Clock::now()) const;
  /// `{"ready":false,"reasons":["worker 0: restoring partition 3"]}`
  [[nodiscard]] Report ready() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::daemon
