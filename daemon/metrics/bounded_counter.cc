#include "daemon/metrics/bounded_counter.h"

#include <utility>

namespace coagwatch::daemon {

BoundedCounter::BoundedCounter(prometheus::Family<prometheus::Counter>& family, std::string label, std::size_t limit)
    : family_(family), label_(std::move(label)), limit_(limit), other_(family.Add({{label_, "other"}})) {
  tables_.push_back(std::make_unique<const Table>());
  current_ = tables_.back().get();
}

void BoundedCounter::count(std::string_view value, std::uint64_t n) {
  const Table& table = *current_.load(std::memory_order_acquire);
  const auto found = table.find(value);
  prometheus::Counter* series = found != table.end() ? found->second : nullptr;
  if (series == nullptr) series = table.size() < limit_ ? admit(value) : &other_;
  series->Increment(static_cast<double>(n));
}

void BoundedCounter::count_other(std::uint64_t n) { other_.Increment(static_cast<double>(n)); }

prometheus::Counter* BoundedCounter::admit(std::string_view value) {
  const std::lock_guard lock(mutex_);
  const Table& latest = *tables_.back();
  if (const auto found = latest.find(value); found != latest.end()) return found->second;
  if (latest.size() >= limit_) return &other_;
  auto next = std::make_unique<Table>(latest);
  std::string name(value);
  prometheus::Counter* series = &family_.Add({{label_, name}});
  next->emplace(std::move(name), series);
  tables_.push_back(std::move(next));
  current_.store(tables_.back().get(), std::memory_order_release);
  return series;
}

}  // namespace coagwatch::daemon
