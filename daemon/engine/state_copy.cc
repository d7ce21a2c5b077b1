#include "daemon/engine/state_copy.h"

#include <algorithm>
#include <utility>

namespace coagwatch::daemon {
namespace {

// A tombstone goes once `delete.retention.ms` (24 h by default) has passed. Whoever needs longer from one record to the
// end may have read a patient and never his end.
constexpr std::chrono::hours kLongestWayToTheEnd{6};
// Where nothing comes, the broker is asked whether there is nothing, and for as long as it does not answer, again.
constexpr std::chrono::hours kConfirmEvery{1};
constexpr std::chrono::minutes kAskAgain{1};

}  // namespace

StateCopy::StateCopy(std::int32_t partition, ChangelogReader& reader, TaskFactory& tasks, const EngineFaults& faults)
    : partition_(partition), reader_(reader), tasks_(tasks), faults_(faults) {}

StateCopy::~StateCopy() = default;

void StateCopy::serve(std::uint64_t claim) {
  if (claim == claim_) return;
  claim_ = claim;
  settled_ = false;
  least_end_ = 0;
  target_.reset();
  inherited_ = task_ != nullptr;
  looked_ = false;
  records_ = 0;
  if (claim == 0) error_.clear();
}

void StateCopy::settle(std::int64_t end) {
  if (settled_) return;
  settled_ = true;
  least_end_ = end;
  if (!faults_.end_before_settled) target_.reset();
}

StateCopy::State StateCopy::advance(std::chrono::milliseconds budget) {
  moved_ = false;
  if (!error_.empty()) return State::failed;
  const bool bounded = settled_ || (claim_ != 0 && faults_.end_before_settled) ? target_.has_value() : task_ != nullptr;
  if (!bounded && !look_at_bounds()) return State::reading;
  if (state() == State::complete) return State::complete;
  if (!reading_) {
    reader_.start_reading(partition_, position_);
    reading_ = true;
  }
  const std::uint64_t before = records_;
  const bool was_at_end = at_stable_end_;
  ChangelogPosition found = reader_.read(partition_, *this, budget);
  looked_ = true;
  moved_ = records_ != before || found.next > position_;
  position_ = found.next;
  at_stable_end_ = found.at_stable_end;
  stable_end_ = found.stable_end;
  if (at_stable_end_) note_end(moved_ || !was_at_end);
  if (!error_.empty()) return State::failed;
  if (!found.error.empty()) {
    // What a standby had read may be the reason: a topic made anew under it, or cut off.
    if (inherited_) {
      start_anew(found.error);
      return State::reading;
    }
    error_ = std::move(found.error);
    return State::failed;
  }
  if (claim_ == 0 && task_ && reader_.now() - at_end_at_ > kLongestWayToTheEnd)
    start_anew("it was too long on its way to the end");
  return state();
}

/// The reader goes on saying that it is at the end where no fetch comes through: then that is no news.
void StateCopy::note_end(bool news) {
  caught_up_ = true;
  const auto now = reader_.now();
  if (news) {
    at_end_at_ = now;
  } else if (claim_ == 0 && now - at_end_at_ >= kConfirmEvery && now - asked_at_ >= kAskAgain) {
    asked_at_ = now;
    const std::optional<ChangelogBounds> bounds = reader_.bounds(partition_);
    if (bounds && bounds->topic_id == topic_id_ && bounds->end == position_) at_end_at_ = now;
  }
}

/// Takes the end, and sees whether what was read fits it. False: the broker does not answer yet.
bool StateCopy::look_at_bounds() {
  const std::optional<ChangelogBounds> bounds = reader_.bounds(partition_);
  // What was written below it is there: somebody tells the past, who does not lead the partition any more.
  if (!bounds || bounds->end < least_end_) return false;
  if (task_) {
    if (std::string why = unfit(*bounds); !why.empty()) start_anew(std::move(why));
  }
  if (!task_) begin(*bounds);
  target_ = bounds->end;
  if (faults_.standby_without_tail && inherited_) target_ = position_;
  return true;
}

/// Why what was read so far is no beginning of what is there now; empty if it is.
std::string StateCopy::unfit(const ChangelogBounds& bounds) const {
  if (bounds.topic_id != topic_id_ && !bounds.topic_id.empty() && !topic_id_.empty()) return "the topic was made anew";
  if (position_ > bounds.end) return "the topic ends before what was read of it";
  if (position_ < bounds.low) return "the topic begins after what was read of it";
  if (reader_.now() - at_end_at_ > kLongestWayToTheEnd) return "it was too long on its way to the end";
  return {};
}

void StateCopy::begin(const ChangelogBounds& bounds) {
  task_ = tasks_.make(partition_);
  topic_id_ = bounds.topic_id;
  position_ = bounds.low;
  at_stable_end_ = caught_up_ = inherited_ = false;
  at_end_at_ = reader_.now();
}

void StateCopy::start_anew(std::string why) {
  rest();
  task_.reset();
  target_.reset();
  inherited_ = caught_up_ = false;
  notice_ = std::move(why);
}

void StateCopy::rest() {
  if (!reading_) return;
  reading_ = false;
  reader_.stop_reading(partition_);
}

StateCopy::State StateCopy::state() const {
  if (!error_.empty()) return State::failed;
  if (!task_) return State::reading;
  if ((settled_ || (claim_ != 0 && faults_.end_before_settled)) && target_) {
    // The position counts, not the last record: control records take offsets (KAFKA-10167).
    const bool short_cut = looked_ && (faults_.restore_cut_short || (faults_.restore_to_lso && at_stable_end_));
    if (position_ >= *target_ || short_cut) return State::complete;
  }
  return at_stable_end_ ? State::at_end : State::reading;
}

std::unique_ptr<PartitionTask> StateCopy::release() {
  rest();
  return std::move(task_);
}

void StateCopy::adopt(std::unique_ptr<PartitionTask> task) {
  const std::optional<ChangelogBounds> bounds = reader_.bounds(partition_);
  if (!bounds || task_) return;
  begin(*bounds);
  task_ = std::move(task);
  position_ = bounds->end;
  caught_up_ = true;
}

std::string StateCopy::take_notice() { return std::exchange(notice_, {}); }

void StateCopy::changelog_record(std::int32_t /*partition*/, const ChangelogRecord& record) {
  if (!error_.empty()) return;
  ++records_;
  if (auto problem = task_->restore(record.key, record.value)) error_ = std::move(*problem);
}

}  // namespace coagwatch::daemon
