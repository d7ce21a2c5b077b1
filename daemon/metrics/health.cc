#include "daemon/metrics/health.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <utility>
#include <vector>

#include "daemon/log/json_text.h"

namespace coagwatch::daemon {
namespace {

struct Worker {
  std::atomic<Health::Clock::time_point> ticked{Health::Clock::time_point{}};
  bool ready = false;
  std::string reason = "starting";
};

void append_seconds(std::string& out, Health::Clock::duration age) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.3f", std::chrono::duration<double>(age).count());
  out.append(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

struct Health::Impl {
  Impl(std::size_t count, std::chrono::milliseconds stuck) : stuck_after(stuck), workers(count) {}
  const std::chrono::milliseconds stuck_after;
  std::vector<Worker> workers;
  mutable std::mutex mutex;  ///< guards `ready`, `reason` and `stopping`
  bool stopping = false;
};

Health::Health(std::size_t workers, std::chrono::milliseconds stuck_after)
    : impl_(std::make_unique<Impl>(workers, stuck_after)) {
  // The loops have their first `stuck_after` from here.
  for (std::size_t i = 0; i < workers; ++i) tick(i);
}
Health::~Health() = default;

void Health::tick(std::size_t worker, Clock::time_point now) {
  impl_->workers[worker].ticked.store(now, std::memory_order_relaxed);
}

void Health::set_ready(std::size_t worker, bool ready, std::string reason) {
  const std::lock_guard lock(impl_->mutex);
  impl_->workers[worker].ready = ready;
  impl_->workers[worker].reason = std::move(reason);
}

void Health::set_stopping() {
  const std::lock_guard lock(impl_->mutex);
  impl_->stopping = true;
}

Health::Report Health::live(Clock::time_point now) const {
  Report report{true, {}};
  std::string workers;
  for (std::size_t i = 0; i < impl_->workers.size(); ++i) {
    const Clock::duration age = now - impl_->workers[i].ticked.load(std::memory_order_relaxed);
    if (age > impl_->stuck_after) report.ok = false;
    if (i > 0) workers += ',';
    workers += "{\"worker\":" + std::to_string(i) + ",\"tick-age-seconds\":";
    append_seconds(workers, age);
    workers += '}';
  }
  report.json = std::string("{\"live\":") + (report.ok ? "true" : "false") + ",\"workers\":[" + workers + "]}";
  return report;
}

Health::Report Health::ready() const {
  std::vector<std::string> reasons;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) reasons.emplace_back("stopping");
    for (std::size_t i = 0; i < impl_->workers.size(); ++i) {
      const Worker& worker = impl_->workers[i];
      if (!worker.ready) reasons.push_back("worker " + std::to_string(i) + ": " + worker.reason);
    }
  }
  Report report{reasons.empty(), {}};
  report.json = std::string("{\"ready\":") + (report.ok ? "true" : "false") + ",\"reasons\":[";
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i > 0) report.json += ',';
    append_json_string(report.json, reasons[i]);
  }
  report.json += "]}";
  return report;
}

}  // namespace coagwatch::daemon
