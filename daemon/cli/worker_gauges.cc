#include "daemon/cli/worker_gauges.h"

#include <algorithm>
#include <utility>

#include "daemon/engine/input_number.h"
#include "daemon/metrics/readiness_series.h"
#include "daemon/metrics/standby_series.h"

namespace coagwatch::daemon {

void WorkerGauges::begin() {
  before_ = std::exchange(now_, {});
  stages_.clear();
  newest_.clear();
}

void WorkerGauges::show(std::uint32_t worker, const Stage& stage, const WorkerSnapshot& snapshot) {
  for (std::size_t i = 0; i < snapshot.newest_records.size(); ++i) {
    rules::Timestamp& known = newest_.try_emplace(stage.topics[i], rules::Timestamp::none()).first->second;
    known = std::max(known, snapshot.newest_records[i]);
  }
  for (const WorkerSnapshot::Partition& partition : snapshot.partitions) {
    const Place place(stage.topic_of(partition.number), input_partition_of(partition.number));
    now_.inputs.insert(place);
    ++stages_[partition.stage];
    if (!partition.end || partition.next < 0) continue;
    metrics_.set_consumer_lag(place.first, place.second, std::max<std::int64_t>(0, *partition.end - partition.next));
  }
  if (snapshot.rules) show_patients(worker, snapshot);
}

void WorkerGauges::show_patients(std::uint32_t worker, const WorkerSnapshot& snapshot) {
  std::size_t patients = 0;
  for (const WorkerSnapshot::Partition& partition : snapshot.partitions) patients += partition.patients;
  metrics_.patients(worker).set(static_cast<double>(patients));
  for (std::size_t i = 0; i < snapshot.open_episodes.size(); ++i) {
    const std::string& criterion = snapshot.rules->criteria[i].id;
    metrics_.set_episodes_open(worker, criterion, snapshot.open_episodes[i]);
    now_.criteria.insert(criterion);
  }
}

void WorkerGauges::show(std::span<const StandbyView> standbys) {
  std::size_t bytes = 0;
  for (const StandbyView& standby : standbys) {
    bytes += standby.state_bytes;
    if (!standby.lag) continue;
    metrics_.standby().set_lag(standby.partition, *standby.lag);
    now_.standbys.insert(standby.partition);
  }
  metrics_.standby().bytes().set(static_cast<double>(bytes));
}

void WorkerGauges::end() {
  for (const auto& [topic, partition] : before_.inputs) {
    if (!now_.inputs.contains({topic, partition})) metrics_.forget_partition(topic, partition);
  }
  for (const std::string& criterion : before_.criteria) {
    if (!now_.criteria.contains(criterion)) metrics_.forget_episodes(criterion);
  }
  for (const std::int32_t partition : before_.standbys) {
    if (!now_.standbys.contains(partition)) metrics_.standby().forget(partition);
  }
  for (const AssignedPartition::Stage stage : kStages) {
    metrics_.readiness().set_partitions(stage_name(stage), stages_[stage]);
  }
}

bool WorkerGauges::is_read(const std::string& topic) const {
  return std::ranges::any_of(now_.inputs, [&](const Place& place) { return place.first == topic; });
}

rules::Timestamp WorkerGauges::newest_record(const std::string& topic) const {
  const auto known = newest_.find(topic);
  return known == newest_.end() ? rules::Timestamp::none() : known->second;
}

}  // namespace coagwatch::daemon
