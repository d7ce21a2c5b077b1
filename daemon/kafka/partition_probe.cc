#include "daemon/kafka/partition_probe.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "daemon/kafka/error.h"
#include "daemon/kafka/offset_question.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kKeepIdentity{1};
// librdkafka ends a question by itself, a little late.
constexpr milliseconds kSlack{50};

TopicIdentity identity_of(const rd_kafka_TopicDescription_t& topic) {
  TopicIdentity identity;
  const rd_kafka_Uuid_t* uuid = rd_kafka_TopicDescription_topic_id(&topic);
  // All zero: a broker older than topic ids.
  if (rd_kafka_Uuid_most_significant_bits(uuid) != 0 || rd_kafka_Uuid_least_significant_bits(uuid) != 0) {
    identity.id = rd_kafka_Uuid_base64str(uuid);
  }
  std::size_t partitions = 0;
  rd_kafka_TopicDescription_partitions(&topic, &partitions);
  identity.partitions = static_cast<std::int32_t>(partitions);
  return identity;
}

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

/// Not by rd_kafka_query_watermark_offsets: where the leader answers one of its two requests with an error, it may tell
/// the other's offset for both (seen on 2.8.0), and a state topic would look empty.
std::optional<Watermarks> PartitionProbe::watermarks(const std::string& topic, std::int32_t partition,
                                                     milliseconds timeout) {
  const auto give_up = std::chrono::steady_clock::now() + timeout + kSlack;
  const QueueHandle queue(rd_kafka_queue_new(client_->get()));
  std::array<ToldOffset, 2> told{};  // the first that is kept, the end
  for (const std::uintptr_t id : {0U, 1U}) {
    const std::int64_t which = id == 0 ? RD_KAFKA_OFFSET_SPEC_EARLIEST : RD_KAFKA_OFFSET_SPEC_LATEST;
    ask_offset(client_->get(), topic, partition, {which, RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED, timeout, id},
               queue.get());
  }
  Error problem;
  for (int answers = 0; answers < 2 && !problem; ++answers) {
    const auto left = std::chrono::ceil<milliseconds>(give_up - std::chrono::steady_clock::now());
    const EventHandle event(
        rd_kafka_queue_poll(queue.get(), static_cast<int>(std::max(left, milliseconds(0)).count())));
    problem =
        event ? offset_in(event.get(), told.at(question_of(event.get()))) : Error::of(RD_KAFKA_RESP_ERR__TIMED_OUT);
  }
  if (!problem) return Watermarks{told[0].offset, told[1].offset, told[1].leader_epoch};
  log_->write(LogLevel::info, "watermarks/" + std::to_string(problem.code),
              "offsets of topic " + topic + " partition " + std::to_string(partition) + ": " + problem.text);
  return std::nullopt;
}

std::optional<std::int64_t> PartitionProbe::confirmed_end(std::int32_t number, const std::string& topic,
                                                          std::int32_t partition) {
  const auto end = ends_.ask(client_->get(), number, topic, partition);
  if (!end && ends_.problem()) {
    log_->write(LogLevel::warning, "end/" + std::to_string(ends_.problem().code),
                "end of topic " + topic + " partition " + std::to_string(partition) + ": " + ends_.problem().text +
                    "; until it is known no timer runs there");
  }
  return end;
}

std::optional<std::vector<TopicLook>> PartitionProbe::look(std::span<const std::string> topics, milliseconds timeout) {
  rd_kafka_t* rk = client_->get();
  std::vector<const char*> names;
  names.reserve(topics.size());
  for (const std::string& topic : topics) names.push_back(topic.c_str());
  const TopicCollectionHandle collection(rd_kafka_TopicCollection_of_topic_names(names.data(), names.size()));
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS));
  char text[256];
  const int millis = static_cast<int>(timeout.count());
  rd_kafka_AdminOptions_set_request_timeout(options.get(), millis, text, sizeof text);
  const QueueHandle queue(rd_kafka_queue_new(rk));
  rd_kafka_DescribeTopics(rk, collection.get(), options.get(), queue.get());
  const EventHandle event(rd_kafka_queue_poll(queue.get(), millis + static_cast<int>(kSlack.count())));
  const auto code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  const auto refuse = [&](const std::string& what, rd_kafka_resp_err_t why) {
    log_->write(LogLevel::info, "topic/" + std::to_string(why), "identity of topic " + what + ": " + describe(why));
    return std::nullopt;
  };
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refuse(topics.front(), code);
  std::size_t count = 0;
  const auto** found = rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event.get()), &count);
  std::vector<TopicLook> out(topics.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = std::ranges::find(topics, std::string_view(rd_kafka_TopicDescription_name(found[i])));
    if (place == topics.end()) continue;
    TopicLook& look = out[static_cast<std::size_t>(place - topics.begin())];
    const auto problem = rd_kafka_error_code(rd_kafka_TopicDescription_error(found[i]));
    look.exists = problem == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (look.exists) {
      look.identity = identity_of(*found[i]);
    } else if (problem != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
      return refuse(*place, problem);
    }
  }
  return out;
}

std::optional<TopicIdentity> PartitionProbe::identity(const std::string& topic, milliseconds timeout) {
  const auto now = std::chrono::steady_clock::now();
  if (const auto known = known_.find(topic); known != known_.end() && now - known->second.at < kKeepIdentity) {
    return known->second.identity;
  }
  const auto found = look({&topic, 1}, timeout);
  if (!found) return std::nullopt;
  if (!found->front().exists) {
    log_->write(LogLevel::info, "topic/missing", "topic " + topic + " does not exist");
    return std::nullopt;
  }
  known_[topic] = {found->front().identity, now};
  return found->front().identity;
}

}  // namespace coagwatch::daemon::kafka
