#include "daemon/engine/state_copies.h"

#include <algorithm>
#include <utility>

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kClaimBudget{20};
constexpr milliseconds kStandbyBudget{5};
constexpr milliseconds kCatchUpBudget{20};
// Between two looks where nothing has come.
constexpr milliseconds kWhileClaimed{1};
constexpr milliseconds kWhileFollowing{20};
constexpr milliseconds kIdle{100};
constexpr milliseconds kPublishEvery{200};

}  // namespace

StateCopies::StateCopies(ChangelogReader& reader, std::unique_ptr<TaskFactory> tasks, CopyObserver& observer,
                         StateCopiesOptions options)
    : reader_(reader), tasks_(std::move(tasks)), observer_(observer), options_(std::move(options)) {
  for (const std::int32_t partition : options_.standby) places_.try_emplace(partition);
}

StateCopies::~StateCopies() = default;

// -- what workers ask ------------------------------------------------------------------------------------------

ClaimId StateCopies::claim(std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  const ClaimId id = ++last_claim_;
  claims_[id].partition = partition;
  places_[partition].claims.push_back(id);
  woken_ = true;
  wanted_.notify_one();
  return id;
}

void StateCopies::settle(ClaimId claim, std::int64_t end) {
  const std::lock_guard lock(mutex_);
  claims_.at(claim).settled = end;
  woken_ = true;
  wanted_.notify_one();
}

ClaimProgress StateCopies::progress(ClaimId claim) const {
  const std::lock_guard lock(mutex_);
  return claims_.at(claim).progress;
}

std::unique_ptr<PartitionTask> StateCopies::take(ClaimId claim) {
  const std::lock_guard lock(mutex_);
  Claim& claimed = claims_.at(claim);
  std::unique_ptr<PartitionTask> task = std::move(claimed.task);
  ++places_[claimed.partition].taken;
  end_claim(claim);
  return task;
}

void StateCopies::give_up(ClaimId claim) {
  const std::lock_guard lock(mutex_);
  Claim& claimed = claims_.at(claim);
  if (claimed.task) given_back_.push_back(std::move(claimed.task));
  end_claim(claim);
}

/// REQUIRES: mutex_ is held.
void StateCopies::end_claim(ClaimId claim) {
  const auto found = claims_.find(claim);
  std::erase(places_[found->second.partition].claims, claim);
  claims_.erase(found);
}

void StateCopies::give_back(std::int32_t partition, std::unique_ptr<PartitionTask> task) {
  const std::lock_guard lock(mutex_);
  Place& place = places_[partition];
  --place.taken;
  place.just_given = true;
  (options_.faults.standby_goes_on ? place.given : given_back_.emplace_back()) = std::move(task);
}

void StateCopies::change_scoring(Scoring scoring) {
  const std::lock_guard lock(mutex_);
  next_scoring_ = std::move(scoring);
}

std::vector<StandbyView> StateCopies::standbys() const {
  const std::lock_guard lock(mutex_);
  return views_;
}

void StateCopies::wait(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  wanted_.wait_for(lock, timeout, [this] { return woken_; });
  woken_ = false;
}

// -- the thread that reads -------------------------------------------------------------------------------------

milliseconds StateCopies::step() {
  const std::vector<Order> orders = take_orders();
  moved_ = false;
  bool claimed = false;
  for (const Order& order : orders) {
    if (order.claim == 0) continue;
    claimed = true;
    serve(order);
  }
  // One at a time is read from the start, and only while no worker waits for its own.
  bool may_catch_up = !claimed;
  bool following = false;
  for (const Order& order : orders) {
    if (order.claim != 0) continue;
    following = true;
    if (follow(order, may_catch_up)) may_catch_up = false;
  }
  publish();
  if (moved_) return milliseconds(0);
  return claimed ? kWhileClaimed : following ? kWhileFollowing : kIdle;
}

/// What is to be read now. Drops copies that nobody wants.
std::vector<StateCopies::Order> StateCopies::take_orders() {
  std::vector<Order> orders;
  std::vector<std::unique_ptr<PartitionTask>> unwanted;
  std::optional<Scoring> scoring;
  const auto now = reader_.now();
  {
    const std::lock_guard lock(mutex_);
    unwanted.swap(given_back_);
    scoring.swap(next_scoring_);
    for (auto& [partition, place] : places_) {
      if (std::exchange(place.just_given, false)) not_before_[partition] = now + options_.standby_after;
      if (!place.claims.empty()) {
        const Claim& first = claims_.at(place.claims.front());
        const bool ended = first.progress.state == ClaimProgress::State::complete ||
                           first.progress.state == ClaimProgress::State::failed;
        if (!ended) orders.push_back({partition, place.claims.front(), first.settled});
      } else if (place.taken == 0 && options_.standby.contains(partition)) {
        const auto wait = not_before_.find(partition);
        if (wait == not_before_.end() || now >= wait->second) orders.push_back({partition, 0, {}});
      }
    }
  }
  if (scoring) {
    tasks_->change_scoring(*scoring);
    for (const auto& [partition, copy] : copies_) {
      if (copy->task() != nullptr) tasks_->rescore(*copy->task());
    }
  }
  for (auto copy = copies_.begin(); copy != copies_.end();) {
    const bool wanted = std::ranges::any_of(orders, [&](const Order& each) { return each.partition == copy->first; });
    if (!wanted) copy->second->rest();
    copy = wanted ? std::next(copy) : copies_.erase(copy);
  }
  return orders;
}

StateCopy& StateCopies::copy_for(const Order& order) {
  std::unique_ptr<StateCopy>& copy = copies_[order.partition];
  if (!copy) {
    copy = std::make_unique<StateCopy>(order.partition, reader_, *tasks_, options_.faults);
    if (options_.faults.standby_goes_on) {
      std::unique_ptr<PartitionTask> given;
      {
        const std::lock_guard lock(mutex_);
        given = std::move(places_[order.partition].given);
      }
      if (given) copy->adopt(std::move(given));
    }
  }
  if (order.claim != 0 && copy->claim() == 0 && copy->caught_up()) observer_.promoted(order.partition);
  copy->serve(order.claim);
  if (order.settled) copy->settle(*order.settled);
  return *copy;
}

void StateCopies::serve(const Order& order) {
  StateCopy& copy = copy_for(order);
  const StateCopy::State state = copy.advance(kClaimBudget);
  moved_ = moved_ || copy.moved();
  if (const std::string why = copy.take_notice(); !why.empty()) observer_.read_anew(order.partition, why);
  tell(copy, state);
  if (state != StateCopy::State::complete && state != StateCopy::State::failed) return;
  errors_.erase(order.partition);
  std::unique_ptr<PartitionTask> task;
  if (state == StateCopy::State::complete) task = copy.release();
  copy.rest();
  copies_.erase(order.partition);
  const std::lock_guard lock(mutex_);
  const auto claimed = claims_.find(order.claim);
  if (claimed == claims_.end()) return;  // given up meanwhile
  claimed->second.task = std::move(task);
  claimed->second.progress.state =
      state == StateCopy::State::complete ? ClaimProgress::State::complete : ClaimProgress::State::failed;
}

/// How far a claim has come, all but its end.
void StateCopies::tell(const StateCopy& copy, StateCopy::State state) {
  ClaimProgress progress;
  progress.state = state == StateCopy::State::at_end ? ClaimProgress::State::waiting : ClaimProgress::State::reading;
  progress.error = copy.error();
  if (copy.task() != nullptr) progress.owner = copy.task()->owner();
  progress.records = copy.records();
  progress.position = copy.position();
  progress.end = copy.target();
  const std::lock_guard lock(mutex_);
  const auto claimed = claims_.find(copy.claim());
  if (claimed != claims_.end()) claimed->second.progress = std::move(progress);
}

/// Reads a standby on. True if it is far from the end.
bool StateCopies::follow(const Order& order, bool may_catch_up) {
  StateCopy& copy = copy_for(order);
  if (!copy.caught_up() && !may_catch_up) {
    copy.rest();
    return false;
  }
  const StateCopy::State state = copy.advance(copy.caught_up() ? kStandbyBudget : kCatchUpBudget);
  moved_ = moved_ || copy.moved();
  if (const std::string why = copy.take_notice(); !why.empty()) observer_.read_anew(order.partition, why);
  if (state == StateCopy::State::failed) {
    fail(order.partition, copy.error());
    return false;
  }
  if (copy.caught_up()) errors_.erase(order.partition);
  return !copy.caught_up();
}

void StateCopies::fail(std::int32_t partition, std::string error) {
  copies_.at(partition)->rest();
  copies_.erase(partition);
  not_before_[partition] = reader_.now() + options_.retry_after;
  observer_.standby_failed(partition, error);
  errors_[partition] = std::move(error);
}

void StateCopies::publish() {
  const auto now = reader_.now();
  if (now < publish_at_) return;
  publish_at_ = now + kPublishEvery;
  std::vector<StandbyView> views;
  for (const auto& [partition, copy] : copies_) {
    if (copy->claim() != 0) continue;
    StandbyView& view = views.emplace_back();
    view.partition = partition;
    view.caught_up = copy->caught_up();
    if (copy->stable_end() && copy->position() >= 0) {
      view.lag = std::max<std::int64_t>(0, *copy->stable_end() - copy->position());
    }
    const PatientStore* patients = copy->task() == nullptr ? nullptr : copy->task()->patients();
    if (patients != nullptr) {
      view.patients = patients->size();
      view.state_bytes = patients->bytes();
    }
    if (const auto error = errors_.find(partition); error != errors_.end()) view.error = error->second;
  }
  for (const auto& [partition, error] : errors_) {
    if (!copies_.contains(partition)) views.push_back({partition, false, {}, 0, 0, error});
  }
  std::ranges::sort(views, {}, &StandbyView::partition);
  const std::lock_guard lock(mutex_);
  views_ = std::move(views);
}

}  // namespace coagwatch::daemon
