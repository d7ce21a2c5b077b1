#include "daemon/kafka/partition_probe.h"

#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::seconds kKeepTopicId{1};

}  // namespace

std::unique_ptr<PartitionProbe> PartitionProbe::create(const ClientSettings& settings,
                                                       std::shared_ptr<RateLimitedLog> log, std::string& error) {
  ConfHandle conf = make_conf(ClientRole::probe, settings, error);
  if (!conf) return nullptr;
  auto probe = std::make_unique<PartitionProbe>();
  probe->log_ = log;
  probe->client_ = Client::create(RD_KAFKA_CONSUMER, std::move(conf), "offset probe", std::move(log), {}, error);
  return probe->client_ ? std::move(probe) : nullptr;
}

std::optional<Watermarks> PartitionProbe::watermarks(const std::string& topic, std::int32_t partition,
                                                     std::chrono::milliseconds timeout) {
  Watermarks out;
  const auto code = rd_kafka_query_watermark_offsets(client_->get(), topic.c_str(), partition, &out.low, &out.end,
                                                     static_cast<int>(timeout.count()));
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  log_->write(LogLevel::info, "watermarks/" + std::to_string(code),
              "offsets of topic " + topic + " partition " + std::to_string(partition) + ": " + describe(code));
  return std::nullopt;
}

std::optional<std::string> PartitionProbe::topic_id(const std::string& topic, std::chrono::milliseconds timeout) {
  const auto now = std::chrono::steady_clock::now();
  if (const auto known = ids_.find(topic); known != ids_.end() && now - known->second.at < kKeepTopicId) {
    return known->second.id;
  }
  rd_kafka_t* rk = client_->get();
  const char* name = topic.c_str();
  const TopicCollectionHandle topics(rd_kafka_TopicCollection_of_topic_names(&name, 1));
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS));
  char text[256];
  const int millis = static_cast<int>(timeout.count());
  rd_kafka_AdminOptions_set_request_timeout(options.get(), millis, text, sizeof text);
  const QueueHandle queue(rd_kafka_queue_new(rk));
  rd_kafka_DescribeTopics(rk, topics.get(), options.get(), queue.get());
  const EventHandle event(rd_kafka_queue_poll(queue.get(), millis + 50));
  rd_kafka_resp_err_t code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  std::string id;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    std::size_t count = 0;
    const auto** found =
        rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event.get()), &count);
    if (count == 1) code = rd_kafka_error_code(rd_kafka_TopicDescription_error(found[0]));
    if (count == 1 && code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const rd_kafka_Uuid_t* uuid = rd_kafka_TopicDescription_topic_id(found[0]);
      // All zero: a broker older than topic ids.
      if (rd_kafka_Uuid_most_significant_bits(uuid) != 0 || rd_kafka_Uuid_least_significant_bits(uuid) != 0) {
        id = rd_kafka_Uuid_base64str(uuid);
      }
    }
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_->write(LogLevel::info, "topic-id/" + std::to_string(code), "id of topic " + topic + ": " + describe(code));
    return std::nullopt;
  }
  ids_[topic] = {id, now};
  return id;
}

}  // namespace coagwatch::daemon::kafka
