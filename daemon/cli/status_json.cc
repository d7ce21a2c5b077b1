#include "daemon/cli/status_json.h"

#include <algorithm>

#include "fhir/datetime.h"
#include "fhir/json_writer.h"

namespace coagwatch::daemon {
namespace {

void write_partition(fhir::JsonWriter& json, const Stage& stage, const WorkerSnapshot::Partition& partition) {
  json.begin_object();
  json.text("topic", stage.topic_of(partition.number));
  json.integer("partition", input_partition_of(partition.number));
  json.text("stage", stage_name(partition.stage));
  if (partition.next >= 0) json.integer("next-offset", partition.next);
  if (partition.next >= 0 && partition.end) {
    json.integer("lag", std::max<std::int64_t>(0, *partition.end - partition.next));
  }
  json.integer("patients", static_cast<std::int64_t>(partition.patients));
  json.integer("state-bytes", static_cast<std::int64_t>(partition.state_bytes));
  if (partition.restored_to >= 0) json.integer("restored-to", partition.restored_to);
  if (partition.restore_until >= 0) json.integer("restore-until", partition.restore_until);
  if (!partition.error.empty()) json.text("error", partition.error);
  json.end_object();
}

void write_standby(fhir::JsonWriter& json, const StandbyView& standby) {
  json.begin_object();
  json.integer("partition", standby.partition);
  json.boolean("caught-up", standby.caught_up);
  if (standby.lag) json.integer("lag", *standby.lag);
  json.integer("patients", static_cast<std::int64_t>(standby.patients));
  json.integer("state-bytes", static_cast<std::int64_t>(standby.state_bytes));
  if (!standby.error.empty()) json.text("error", standby.error);
  json.end_object();
}

}  // namespace

std::string status_json(const Setup& setup, const std::optional<LastReload>& last_reload,
                        const std::vector<WorkerView>& workers, const std::vector<StandbyView>& standbys) {
  std::string text;
  fhir::JsonWriter json(text);
  json.begin_object();
  json.text("version", COAGWATCH_VERSION);
  json.text("instance", setup.config.instance);
  json.text("group", setup.config.kafka.group);
  json.begin_array("input-topics");
  for (const std::string& topic : setup.config.input.topics) json.text(topic);
  json.end_array();
  json.text("rule-set", setup.rules.hash);
  json.integer("rule-set-sequence", static_cast<std::int64_t>(setup.rules.sequence));
  json.begin_array("criteria");
  for (const rules::Criterion& criterion : setup.rules.criteria) {
    json.text(criterion.profile.empty() ? criterion.id : criterion.id + "/" + criterion.profile);
  }
  json.end_array();
  if (last_reload) {
    json.begin_object("last-reload");
    json.text("outcome", reload_outcome_name(last_reload->outcome));
    json.text("at", fhir::format_instant(last_reload->at));
    json.integer("problems", static_cast<std::int64_t>(last_reload->problems));
    json.end_object();
  }
  json.begin_array("workers");
  for (const WorkerView& worker : workers) {
    const WorkerSnapshot& snapshot = worker.snapshot;
    const std::string reason = not_ready_reason(worker.stage, snapshot);
    json.begin_object();
    json.integer("worker", worker.number);
    json.text("stage", worker.stage.name);
    json.boolean("ready", reason.empty());
    if (!reason.empty()) json.text("reason", reason);
    json.begin_array("partitions");
    for (const WorkerSnapshot::Partition& partition : snapshot.partitions) {
      write_partition(json, worker.stage, partition);
    }
    json.end_array();
    // After a reload a worker has the old one until its transaction has ended.
    if (snapshot.rules) json.text("rule-set", snapshot.rules->hash);
    json.end_object();
  }
  json.end_array();
  if (setup.config.state.standby) {
    json.begin_array("standby");
    for (const StandbyView& standby : standbys) write_standby(json, standby);
    json.end_array();
  }
  json.end_object();
  return text;
}

}  // namespace coagwatch::daemon
