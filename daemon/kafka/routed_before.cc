#include "daemon/kafka/routed_before.h"

#include <thread>
#include <utility>

#include "daemon/kafka/state_reader.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{5};

class Counter final : public ChangelogSink {
 public:
  void changelog_record(std::int32_t /*partition*/, const ChangelogRecord& /*record*/) override { ++records; }
  std::uint64_t records = 0;
};

}  // namespace

RoutedBefore::RoutedBefore(ClientSettings settings, std::string topic, std::int32_t partitions, LogFunction log)
    : settings_(std::move(settings)), topic_(std::move(topic)), partitions_(partitions), log_(std::move(log)) {}

RoutedBefore::~RoutedBefore() = default;

std::optional<bool> RoutedBefore::look(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  if (!found_ && !reader_) {
    std::string error;
    reader_ = StateReader::create(settings_, topic_, log_, error);
    if (!reader_) return std::nullopt;
  }
  while (!found_ && next_ < partitions_) {
    const std::optional<bool> found = look_at(next_, deadline);
    if (!found) return std::nullopt;
    found_ = *found;
    if (!found_) ++next_;
  }
  reader_.reset();
  next_ = 0;
  return found_;
}

std::optional<bool> RoutedBefore::look_at(std::int32_t partition, steady_clock::time_point deadline) {
  const auto bounds = reader_->bounds(partition);
  if (!bounds) return std::nullopt;
  // What was there was deleted by its age, which aborted records alone hardly reach.
  if (bounds->low > 0) return true;
  if (bounds->end == 0) return false;
  Counter counter;
  reader_->start_reading(partition, bounds->low);
  std::optional<bool> found;
  while (!found) {
    const ChangelogPosition position = reader_->read(partition, counter, kStep);
    if (counter.records > 0) {
      found = true;
    } else if (position.at_stable_end) {
      found = false;
    } else if (!position.error.empty() || steady_clock::now() >= deadline) {
      break;
    } else {
      std::this_thread::sleep_for(kStep);
    }
  }
  reader_->stop_reading(partition);
  return found;
}

}  // namespace coagwatch::daemon::kafka
