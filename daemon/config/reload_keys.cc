#include "daemon/config/reload_keys.h"

#include <string_view>
#include <tuple>

namespace coagwatch::daemon {
namespace {

/// A key, and the value that stands for it, copied.
template <typename Get>
struct Row {
  std::string_view key;
  Get get;
};
template <typename Get>
Row(std::string_view, Get) -> Row<Get>;

// As in the reference, in its order; reload_keys_test.cc holds them against it.
constexpr std::tuple kRows{
    Row{"kafka.brokers", [](const Config& c) { return c.kafka.brokers; }},
    Row{"kafka.group", [](const Config& c) { return c.kafka.group; }},
    Row{"kafka.group-protocol", [](const Config& c) { return c.kafka.group_protocol; }},
    Row{"kafka.static-membership", [](const Config& c) { return c.kafka.static_membership; }},
    Row{"kafka.create-topics", [](const Config& c) { return c.kafka.create_topics; }},
    Row{"kafka.properties", [](const Config& c) { return c.kafka.properties; }},
    Row{"input.topics", [](const Config& c) { return c.input.topics; }},
    Row{"input.keyed-by-patient", [](const Config& c) { return c.input.keyed_by_patient; }},
    Row{"input.silence", [](const Config& c) { return c.input.silence.day.micros; }},
    Row{"input.silence-night", [](const Config& c) { return c.input.silence.night.micros; }},
    Row{"input.night-from", [](const Config& c) { return c.input.silence.night_from; }},
    Row{"input.night-to", [](const Config& c) { return c.input.silence.night_to; }},
    Row{"input.envelope", [](const Config& c) { return c.input.envelopes; }},
    Row{"input.bases", [](const Config& c) { return c.intake.bases; }},
    Row{"input.lenient-versions", [](const Config& c) { return c.intake.lenient_versions; }},
    Row{"output.topics.alerts", [](const Config& c) { return c.output.alerts; }},
    Row{"output.topics.status", [](const Config& c) { return c.output.status; }},
    Row{"output.topics.state", [](const Config& c) { return c.output.state; }},
    Row{"output.topics.dead-letter", [](const Config& c) { return c.output.dead_letter; }},
    Row{"output.topics.journal", [](const Config& c) { return c.output.journal; }},
    Row{"output.topics.commands", [](const Config& c) { return c.output.commands; }},
    Row{"output.topics.by-patient", [](const Config& c) { return c.output.by_patient; }},
    Row{"output.topics.notifications", [](const Config& c) { return c.output.notifications; }},
    Row{"output.notifications", [](const Config& c) { return c.notifications; }},
    Row{"instance", [](const Config& c) { return c.instance; }},
    Row{"workers", [](const Config& c) { return c.workers; }},
    Row{"time.source", [](const Config& c) { return c.time_source; }},
    Row{"transaction.gather", [](const Config& c) { return c.transaction.gather; }},
    Row{"transaction.max", [](const Config& c) { return c.transaction.max; }},
    Row{"transaction.max-records", [](const Config& c) { return c.transaction.max_records; }},
    Row{"state.standby", [](const Config& c) { return c.state.standby; }},
    Row{"state.restore-threads", [](const Config& c) { return c.state.restore_threads; }},
    Row{"limits.bytes", [](const Config& c) { return c.intake.bytes; }},
    Row{"limits.depth", [](const Config& c) { return c.intake.depth; }},
    Row{"limits.entries", [](const Config& c) { return c.intake.entries; }},
    Row{"limits.number-length", [](const Config& c) { return c.intake.number_length; }},
    Row{"limits.window", [](const Config& c) { return c.window.window.micros; }},
    Row{"limits.per-measure", [](const Config& c) { return c.window.per_measure; }},
    Row{"limits.retractions", [](const Config& c) { return c.window.retractions; }},
    Row{"limits.state-bytes", [](const Config& c) { return c.window.bytes; }},
    Row{"fhir.base", [](const Config& c) { return c.fhir_base; }},
    Row{"http.listen", [](const Config& c) { return c.http_listen; }},
    Row{"log.format", [](const Config& c) { return c.log.format; }},
    Row{"log.level", [](const Config& c) { return c.log.level; }},
};

}  // namespace

Config reloaded_config(const Config& running, const Config& read) {
  Config config = running;
  config.maps = read.maps;
  config.fact_codes = read.fact_codes;
  config.site = read.site;
  config.time_zone = read.time_zone;
  config.criteria = read.criteria;
  config.alerts = read.alerts;
  config.ruleset_sequence = read.ruleset_sequence;
  config.places = read.places;
  config.refused = read.refused;
  return config;
}

std::vector<std::string> restart_keys(const Config& running, const Config& read) {
  std::vector<std::string> keys;
  const auto compare = [&](const auto& row) {
    if (row.get(running) != row.get(read) && !read.undecided(row.key)) keys.emplace_back(row.key);
  };
  std::apply([&](const auto&... rows) { (compare(rows), ...); }, kRows);
  return keys;
}

}  // namespace coagwatch::daemon
