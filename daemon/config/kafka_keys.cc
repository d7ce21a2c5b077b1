#include "daemon/config/kafka_keys.h"

#include <array>
#include <utility>

#include "daemon/config/kafka_properties.h"
#include "daemon/config/key_types.h"
#include "daemon/config/values.h"

namespace coagwatch::daemon {
namespace {

using GroupProtocol = Config::Kafka::GroupProtocol;

}  // namespace

void add_kafka_keys(std::vector<Key>& keys) {
  keys.push_back(text_key("kafka.brokers", "host:port, or several with commas", "localhost:9092",
                          "Kafka brokers to begin with.", is_broker_list,
                          [](Config& c) -> std::string& { return c.kafka.brokers; }));
  keys.push_back(text_key("kafka.group", kPlainName, "coagwatch",
                          "Consumer group, shared by all processes of one installation; first part of the "
                          "transactional ids.",
                          is_plain_name, [](Config& c) -> std::string& { return c.kafka.group; }));
  static constexpr std::array<std::pair<std::string_view, GroupProtocol>, 2> kProtocols = {
      {{"classic", GroupProtocol::classic}, {"consumer", GroupProtocol::consumer}}};
  keys.push_back(choice_key<GroupProtocol>(
      "kafka.group-protocol", kProtocols, "classic",
      "How the group shares its partitions: by its members (`classic`), or by the broker (`consumer`, KIP-848), which "
      "needs Kafka 4.0 and librdkafka 2.12, both or later (`daemon/kafka/README.md`).",
      [](Config& c) -> GroupProtocol& { return c.kafka.group_protocol; }));
  keys.push_back(boolean_key("kafka.static-membership", "no",
                             "`yes`: a process that restarts within its session keeps its partitions, which stand "
                             "still meanwhile. Otherwise the others take them at once.",
                             [](Config& c) -> bool& { return c.kafka.static_membership; }));
  keys.push_back(boolean_key("kafka.create-topics", "no",
                             "Create topics that are missing: outputs with the input's partition count, the input "
                             "itself, and `coagwatch.by-patient`, with 4 partitions. Otherwise a missing topic is an "
                             "error.",
                             [](Config& c) -> bool& { return c.kafka.create_topics; }));
  keys.push_back(map_key("kafka.properties.*",
                         "Any librdkafka key, passed through: `security.protocol`, `sasl.password`, … Those that the "
                         "engine owns are refused with the reason.",
                         [](Draft& draft, const Value& value) -> Wrong {
                           const std::string_view reason = refused_property(value.name);
                           if (!reason.empty()) return "this key cannot be set here: " + std::string(reason);
                           draft.config.kafka.properties[value.name] = value.text;
                           return {};
                         }));
}

void check_kafka(const Config& config, std::vector<rules::Problem>& problems) {
  if (config.kafka.group_protocol != GroupProtocol::consumer || config.undecided("kafka.group-protocol")) return;
  for (const std::string_view name : {"session.timeout.ms", "heartbeat.interval.ms", "group.protocol.type"}) {
    if (!config.kafka.properties.contains(std::string(name))) continue;
    problems.push_back(config.problem("kafka.properties." + std::string(name),
                                      "with kafka.group-protocol: consumer the broker decides it "
                                      "(group.consumer.session.timeout.ms, group.consumer.heartbeat.interval.ms)"));
  }
}

}  // namespace coagwatch::daemon
