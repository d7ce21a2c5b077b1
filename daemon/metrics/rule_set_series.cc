#include "daemon/metrics/rule_set_series.h"

#include <utility>

namespace coagwatch::daemon {

const char* reload_outcome_name(ReloadOutcome outcome) {
  switch (outcome) {
    case ReloadOutcome::applied:
      return "applied";
    case ReloadOutcome::unchanged:
      return "unchanged";
    case ReloadOutcome::refused:
      break;
  }
  return "refused";
}

RuleSetSeries::RuleSetSeries(prometheus::Registry& registry, std::string version, std::string librdkafka)
    : version_(std::move(version)),
      librdkafka_(std::move(librdkafka)),
      build_(prometheus::BuildGauge()
                 .Name("coagwatch_build_info")
                 .Help("Version of the program, of librdkafka, and hash of the rule set.")
                 .Register(registry)),
      succeeded_(prometheus::BuildGauge()
                     .Name("coagwatch_last_reload_successful")
                     .Help("Whether the last load of criteria and maps was taken: 1, or 0 while an older set stays.")
                     .Register(registry)
                     .Add({})),
      success_time_(prometheus::BuildGauge()
                        .Name("coagwatch_last_reload_success_timestamp_seconds")
                        .Help("Last load of criteria and maps that was taken, seconds since the epoch.")
                        .Register(registry)
                        .Add({})) {
  auto& family = prometheus::BuildCounter()
                     .Name("coagwatch_reloads_total")
                     .Help("Reloads of criteria and maps, by how they ended.")
                     .Register(registry);
  for (const auto each : {ReloadOutcome::applied, ReloadOutcome::unchanged, ReloadOutcome::refused}) {
    reloads_[static_cast<std::size_t>(each)] = &family.Add({{"outcome", reload_outcome_name(each)}});
  }
  succeeded_.Set(1);
  success_time_.SetToCurrentTime();
}

void RuleSetSeries::set_hash(const std::string& hash) {
  const std::lock_guard lock(mutex_);
  if (build_now_ != nullptr) build_.Remove(build_now_);
  build_now_ = &build_.Add({{"version", version_}, {"librdkafka", librdkafka_}, {"criteria", hash}});
  build_now_->Set(1);
}

void RuleSetSeries::count_reload(ReloadOutcome outcome) {
  reloads_[static_cast<std::size_t>(outcome)]->Increment();
  succeeded_.Set(outcome == ReloadOutcome::refused ? 0 : 1);
  if (outcome != ReloadOutcome::refused) success_time_.SetToCurrentTime();
}

}  // namespace coagwatch::daemon
