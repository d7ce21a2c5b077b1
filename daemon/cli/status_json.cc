#include "daemon/cli/status_json.h"

#include <algorithm>

#include "fhir/datetime.h"
#include "fhir/json_writer.h"

namespace coagwatch::daemon {
namespace {

void write_partition(fhir::JsonWriter& json, const WorkerSnapshot::Partition& partition) {
  json.begin_object();
  json.integer("partition", partition.number);
  json.text("stage", stage_name(partition.stage));
  if (partition.next >= 0) json.integer("next-offset", partition.next);
  if (partition.next >= 0 && partition.end) {
    json.integer("lag", std::max<std::int64_t>(0, *partition.end - partition.next));
  }
  json.integer("patients", static_cast<std::int64_t>(partition.patients));
  json.integer("state-bytes", static_cast<std::int64_t>(partition.state_bytes));
  if (!partition.error.empty()) json.text("error", partition.error);
  json.end_object();
}

}  // namespace

std::string status_json(const Setup& setup, const std::optional<LastReload>& last_reload,
                        const std::vector<WorkerSnapshot>& workers) {
  std::string text;
  fhir::JsonWriter json(text);
  json.begin_object();
  json.text("version", COAGWATCH_VERSION);
  json.text("instance", setup.config.instance);
  json.text("group", setup.config.kafka.group);
  json.text("input-topic", setup.config.input.topics.front());
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
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const std::string reason = not_ready_reason(workers[i]);
    json.begin_object();
    json.integer("worker", static_cast<std::int64_t>(i));
    json.boolean("ready", reason.empty());
    if (!reason.empty()) json.text("reason", reason);
    json.begin_array("partitions");
    for (const WorkerSnapshot::Partition& partition : workers[i].partitions) write_partition(json, partition);
    json.end_array();
    // After a reload a worker has the old one until its transaction has ended.
    if (workers[i].rules) json.text("rule-set", workers[i].rules->hash);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return text;
}

}  // namespace coagwatch::daemon
