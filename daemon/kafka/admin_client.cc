#include "daemon/kafka/admin_client.h"

#include <algorithm>

namespace coagwatch::daemon::kafka {

std::unique_ptr<AdminClient> AdminClient::create(const ClientSettings& settings, std::shared_ptr<RateLimitedLog> log,
                                                 std::chrono::milliseconds timeout, std::string& error) {
  ConfHandle conf = make_conf(ClientRole::admin, settings, error);
  if (!conf) return nullptr;
  auto admin = std::make_unique<AdminClient>();
  admin->timeout_ = timeout;
  admin->client_ = Client::create(RD_KAFKA_PRODUCER, std::move(conf), "topic check", std::move(log), {}, error);
  return admin->client_ ? std::move(admin) : nullptr;
}

AdminOptionsHandle AdminClient::options(rd_kafka_admin_op_t operation) const {
  AdminOptionsHandle out(rd_kafka_AdminOptions_new(client_->get(), operation));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(out.get(), static_cast<int>(timeout_.count()), text, sizeof text);
  return out;
}

EventHandle AdminClient::wait(rd_kafka_queue_t* queue) const {
  return EventHandle(rd_kafka_queue_poll(queue, static_cast<int>(timeout_.count()) + 500));
}

Error AdminClient::describe(const std::vector<std::string>& names, std::vector<Described>& out) {
  std::vector<const char*> raw;
  raw.reserve(names.size());
  for (const std::string& name : names) raw.push_back(name.c_str());
  const TopicCollectionHandle topics(rd_kafka_TopicCollection_of_topic_names(raw.data(), raw.size()));
  const AdminOptionsHandle how = options(RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
  const QueueHandle queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_DescribeTopics(client_->get(), topics.get(), how.get(), queue.get());
  const EventHandle event = wait(queue.get());
  if (!event) return Error::of(RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (Error error = Error::of(rd_kafka_event_error(event.get()))) return error;
  std::size_t count = 0;
  const auto** found = rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event.get()), &count);
  out.assign(names.size(), {});
  for (std::size_t i = 0; i < names.size(); ++i) {
    out[i].name = names[i];
    out[i].error = Error::of(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    for (std::size_t j = 0; j < count; ++j) {
      if (names[i] != rd_kafka_TopicDescription_name(found[j])) continue;
      out[i].error = Error::of(rd_kafka_error_code(rd_kafka_TopicDescription_error(found[j])));
      std::size_t partitions = 0;
      rd_kafka_TopicDescription_partitions(found[j], &partitions);
      out[i].partitions = static_cast<int>(partitions);
    }
  }
  return {};
}

Error AdminClient::make(const std::vector<std::pair<const TopicSpec*, int>>& specs_and_partitions,
                        std::vector<std::pair<std::string, Error>>& failures, bool before_kafka_3_6) {
  std::vector<NewTopicHandle> topics;
  std::vector<rd_kafka_NewTopic_t*> raw;
  char text[256];
  for (const auto& [spec, partitions] : specs_and_partitions) {
    NewTopicHandle topic(rd_kafka_NewTopic_new(spec->name.c_str(), partitions, -1, text, sizeof text));
    if (!topic) {
      Error error = Error::of(RD_KAFKA_RESP_ERR__INVALID_ARG);
      error.text = text;
      failures.emplace_back(spec->name, std::move(error));
      continue;
    }
    for (const auto& [key, value] : configs_when_made(*spec, before_kafka_3_6)) {
      rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
    }
    raw.push_back(topic.get());
    topics.push_back(std::move(topic));
  }
  if (raw.empty()) return {};
  const AdminOptionsHandle how = options(RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_operation_timeout(how.get(), static_cast<int>(timeout_.count()), text, sizeof text);
  const QueueHandle queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_CreateTopics(client_->get(), raw.data(), raw.size(), how.get(), queue.get());
  const EventHandle event = wait(queue.get());
  if (!event) return Error::of(RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (Error error = Error::of(rd_kafka_event_error(event.get()))) return error;
  std::size_t count = 0;
  const auto** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    Error error = Error::of(rd_kafka_topic_result_error(results[i]));
    if (!error || error.code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    if (const char* detail = rd_kafka_topic_result_error_string(results[i])) error.text += std::string(": ") + detail;
    failures.emplace_back(rd_kafka_topic_result_name(results[i]), std::move(error));
  }
  return {};
}

Error AdminClient::read_configs(std::vector<TopicState>& topics) {
  std::vector<ConfigResourceHandle> resources;
  std::vector<rd_kafka_ConfigResource_t*> raw;
  for (const TopicState& topic : topics) {
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
    raw.push_back(resources.back().get());
  }
  if (raw.empty()) return {};
  const AdminOptionsHandle how = options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  const QueueHandle queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_DescribeConfigs(client_->get(), raw.data(), raw.size(), how.get(), queue.get());
  const EventHandle event = wait(queue.get());
  if (!event) return Error::of(RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (Error error = Error::of(rd_kafka_event_error(event.get()))) return error;
  std::size_t count = 0;
  const auto** found =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(found[i]);
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return Error::of(code);
    const std::string name = rd_kafka_ConfigResource_name(found[i]);
    const auto topic =
        std::find_if(topics.begin(), topics.end(), [&](const TopicState& state) { return state.name == name; });
    if (topic == topics.end()) continue;
    std::size_t entries = 0;
    const auto** configs = rd_kafka_ConfigResource_configs(found[i], &entries);
    for (std::size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(configs[j]);
      if (value != nullptr) topic->configs[rd_kafka_ConfigEntry_name(configs[j])] = value;
    }
  }
  return {};
}

std::string AdminClient::last_error() {
  rd_kafka_poll(client_->get(), 0);  // serves the error callback
  return client_->last_error();
}

}  // namespace coagwatch::daemon::kafka
