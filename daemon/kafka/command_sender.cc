#include "daemon/kafka/command_sender.h"

#include <memory>

#include "daemon/fold/command_record.h"
#include "daemon/fold/routed_record.h"
#include "daemon/kafka/client.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon::kafka {
namespace {

rd_kafka_resp_err_t queue(rd_kafka_t* producer, const std::string& topic, std::int32_t partition,
                          std::string_view patient,
                          const std::vector<std::pair<std::string_view, std::string>>& headers) {
  HeadersHandle list(rd_kafka_headers_new(headers.size()));
  for (const auto& [name, value] : headers) {
    rd_kafka_header_add(list.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  const rd_kafka_resp_err_t code =
      rd_kafka_producev(producer, RD_KAFKA_VTYPE_TOPIC, topic.c_str(), RD_KAFKA_VTYPE_PARTITION, partition,
                        RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_KEY, patient.data(),
                        patient.size(), RD_KAFKA_VTYPE_HEADERS, list.get(), RD_KAFKA_VTYPE_END);
  // librdkafka has taken them over.
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(list.release());
  return code;
}

}  // namespace

SentCommand send_command(const ClientSettings& settings, const std::string& topic, std::string_view name,
                         std::string_view patient, std::string_view version, const LogFunction& log,
                         std::chrono::milliseconds timeout) {
  SentCommand sent;
  const auto lines = std::make_shared<RateLimitedLog>(log);
  const auto probe = PartitionProbe::create(settings, lines, sent.error);
  if (!probe) return sent;
  const auto found = probe->look({&topic, 1}, timeout);
  sent.unreachable = !found;
  if (!found || !found->front().exists) {
    sent.error = found ? "topic " + topic + " does not exist" : "no answer from the brokers at " + settings.brokers;
    return sent;
  }
  sent.partitions = found->front().identity.partitions;
  ConfHandle conf = make_conf(ClientRole::admin, settings, sent.error);
  if (!conf) return sent;
  Client::Callbacks callbacks;
  std::int32_t failed = 0;
  callbacks.delivery_failed = [&](const rd_kafka_message_t& message) {
    ++failed;
    sent.error = describe(message.err);
  };
  const auto producer =
      Client::create(RD_KAFKA_PRODUCER, std::move(conf), "commands", lines, std::move(callbacks), sent.error);
  if (!producer) return sent;
  const std::vector<std::pair<std::string_view, std::string>> headers = {
      {"coagwatch-version", std::string(version)},
      {kCommandHeader, std::string(name)},
      {kPartitionsHeader, std::to_string(sent.partitions)}};
  for (std::int32_t partition = 0; partition < sent.partitions; ++partition) {
    const rd_kafka_resp_err_t code = queue(producer->get(), topic, partition, patient, headers);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) sent.error = describe(code);
  }
  if (rd_kafka_flush(producer->get(), static_cast<int>(timeout.count())) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    sent.unreachable = true;
    sent.error = "not every partition of topic " + topic + " has it: " + producer->last_error();
  }
  return sent;
}

}  // namespace coagwatch::daemon::kafka
