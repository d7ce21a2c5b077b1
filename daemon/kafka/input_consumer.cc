#include "daemon/kafka/input_consumer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/engine/input_number.h"

namespace coagwatch::daemon::kafka {
namespace {

bool is_rebalance(const BrokerEvent& event) {
  return event.kind == BrokerEvent::Kind::assigned || event.kind == BrokerEvent::Kind::revoked ||
         event.kind == BrokerEvent::Kind::lost;
}

}  // namespace

std::unique_ptr<InputConsumer> InputConsumer::create(const ClientSettings& settings, std::vector<std::string> topics,
                                                     std::shared_ptr<RateLimitedLog> log, std::string& error) {
  ConfHandle conf = make_conf(ClientRole::input, settings, error);
  if (!conf) return nullptr;
  std::unique_ptr<InputConsumer> consumer(
      new InputConsumer(std::move(topics), log, settings.membership.consumer_protocol));
  Client::Callbacks callbacks;
  callbacks.rebalance = [self = consumer.get()](rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions) {
    self->on_rebalance(code, partitions);
  };
  consumer->client_ =
      Client::create(RD_KAFKA_CONSUMER, std::move(conf), "input consumer", std::move(log), std::move(callbacks), error);
  if (!consumer->client_) return nullptr;
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(consumer->topics_.size())));
  std::string names;
  for (const std::string& topic : consumer->topics_) {
    // Makes librdkafka keep the topic's partitions, so that they can be paused before they are assigned.
    consumer->known_topics_.emplace_back(rd_kafka_topic_new(consumer->client_->get(), topic.c_str(), nullptr));
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    names += (names.empty() ? "" : ", ") + topic;
  }
  if (const auto code = rd_kafka_subscribe(consumer->client_->get(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    error = "subscribe to " + names + ": " + describe(code);
    return nullptr;
  }
  return consumer;
}

InputConsumer::~InputConsumer() {
  // They belong to the handle and go before it.
  known_topics_.clear();
  current_.reset();
  held_.reset();
}

const BrokerEvent& InputConsumer::poll(std::chrono::milliseconds timeout) {
  current_.reset();
  if (!pending_.empty()) return take_pending();
  if (held_) return deliver(std::move(held_));
  MessageHandle message(rd_kafka_consumer_poll(client_->get(), static_cast<int>(timeout.count())));
  if (!pending_.empty()) {
    held_ = std::move(message);
    return take_pending();
  }
  return message ? deliver(std::move(message)) : on_idle();
}

const BrokerEvent& InputConsumer::on_idle() {
  event_.kind = BrokerEvent::Kind::none;
  const JoinWatch::Finding found = join_.look(client_->get(), JoinWatch::Clock::now());
  if (found == JoinWatch::Finding::joined) {
    event_.kind = BrokerEvent::Kind::assigned;
    event_.partitions.clear();
    empty_handed_ = true;
  } else if (found == JoinWatch::Finding::no_protocol) {
    event_.kind = BrokerEvent::Kind::failed;
    event_.partitions.clear();
    event_.error =
        "not a member of the group yet; a broker before Kafka 4.0 does not have kafka.group-protocol: consumer";
  }
  return event_;
}

const BrokerEvent& InputConsumer::take_pending() {
  event_ = std::move(pending_.front());
  pending_.pop_front();
  if (is_rebalance(event_)) unanswered_ = event_;
  return event_;
}

const BrokerEvent& InputConsumer::deliver(MessageHandle message) {
  event_.kind = BrokerEvent::Kind::none;
  const bool end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !end) return on_message_error(*message);
  // Taken away, or stopped, while the message was on its way.
  const std::int32_t number = number_of(*message);
  if (!assigned_.contains(number) || paused_.contains(number)) return event_;
  if (end) {
    event_.kind = BrokerEvent::Kind::end;
    event_.partitions.assign(1, number);
    event_.offset = message->offset;
    return event_;
  }
  current_ = std::move(message);
  view_record(*current_);
  return event_;
}

/// A topic and a partition of it, for people.
std::string InputConsumer::name_of(std::int32_t number) const {
  return "input topic " + topics_[input_topic_of(number)] + " partition " + std::to_string(input_partition_of(number));
}

std::int32_t InputConsumer::number_of(const rd_kafka_message_t& message) const {
  // Most often there is one.
  std::size_t topic = 0;
  if (topics_.size() > 1) {
    const std::string_view name = rd_kafka_topic_name(message.rkt);
    topic = static_cast<std::size_t>(std::ranges::find(topics_, name) - topics_.begin());
  }
  return input_number(topic, message.partition);
}

void InputConsumer::view_record(const rd_kafka_message_t& message) {
  event_.kind = BrokerEvent::Kind::record;
  headers_.set(&message);
  event_.record = record_of(message, headers_);
  event_.record.partition = number_of(message);
}

const BrokerEvent& InputConsumer::on_message_error(const rd_kafka_message_t& message) {
  const rd_kafka_resp_err_t code = message.err;
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    event_.kind = BrokerEvent::Kind::conflict;
    event_.partitions.clear();
    event_.error = why_member_ended(client_->get());
    return event_;
  }
  const char* detail = rd_kafka_message_errstr(&message);
  std::string text = describe(code);
  if (detail != nullptr && text.find(detail) == std::string::npos) text += std::string(": ") + detail;
  // Without a topic it is the whole member's, such as a refused JoinGroup, and its partition is 0 for lack of another.
  const bool placed = message.rkt != nullptr && message.partition >= 0;
  const std::string where = placed ? name_of(number_of(message)) : std::string("input");
  // What passes by itself is for the log only.
  if (is_unreachable(code) || code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED ||
      code == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT) {
    log_->write(LogLevel::warning, "input/" + std::to_string(code), where + ": " + text);
    if (code != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) return event_;
  }
  const bool passes = placed && !is_end_of_reading(code);
  if (passes) log_->write(LogLevel::warning, "input/" + std::to_string(code), where + ": " + text);
  event_.kind = passes ? BrokerEvent::Kind::delayed : BrokerEvent::Kind::failed;
  event_.out_of_range = placed && is_out_of_range(code);
  if (event_.out_of_range) ended_.insert(number_of(message));
  event_.partitions.clear();
  if (placed) event_.partitions.push_back(number_of(message));
  event_.error = where + ": " + text;
  return event_;
}

void InputConsumer::on_rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions) {
  join_.assigned();
  if (closing_ || (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)) {
    // The group waits for an answer even where nobody is interested any more.
    if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
      rd_kafka_error_destroy(rd_kafka_incremental_unassign(client_->get(), partitions));
    } else {
      rd_kafka_assign(client_->get(), nullptr);
    }
    if (!closing_) push_failure("consumer group: " + describe(code));
    return;
  }
  BrokerEvent event;
  event.kind = BrokerEvent::Kind::assigned;
  if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    event.kind = rd_kafka_assignment_lost(client_->get()) != 0 ? BrokerEvent::Kind::lost : BrokerEvent::Kind::revoked;
  }
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto topic = std::ranges::find(topics_, std::string_view(partitions->elems[i].topic));
    if (topic == topics_.end()) continue;
    event.partitions.push_back(
        input_number(static_cast<std::size_t>(topic - topics_.begin()), partitions->elems[i].partition));
  }
  pending_.push_back(std::move(event));
  rd_kafka_yield(client_->get());
}

PartitionListHandle InputConsumer::list(std::span<const std::int32_t> partitions, std::int64_t offset) const {
  PartitionListHandle out(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const std::int32_t partition : partitions) {
    const std::string& topic = topics_[input_topic_of(partition)];
    rd_kafka_topic_partition_list_add(out.get(), topic.c_str(), input_partition_of(partition))->offset = offset;
  }
  return out;
}

void InputConsumer::accept(std::span<const std::int32_t> partitions) {
  if (std::exchange(empty_handed_, false)) return;
  unanswered_.reset();
  if (const Error error = assign_paused(partitions)) {
    push_failure("assignment: " + error.text, {partitions.begin(), partitions.end()});
    return;
  }
  assigned_.insert(partitions.begin(), partitions.end());
  paused_.insert(partitions.begin(), partitions.end());
}

Error InputConsumer::assign_paused(std::span<const std::int32_t> partitions) {
  // Nothing may be fetched before the engine knows where to go on, so they are paused before they are assigned.
  // The start is explicit and absolute: a logical one (BEGINNING) makes librdkafka look it up, and when the answer
  // comes after a seek it asks again and moves the position back to it (seen on 2.8.0).
  const PartitionListHandle taken = list(partitions, 0);
  rd_kafka_pause_partitions(client_->get(), taken.get());
  Error error = Error::take(rd_kafka_incremental_assign(client_->get(), list(partitions, 0).get()));
  // Once more, for partitions that librdkafka did not know yet.
  if (!error) rd_kafka_pause_partitions(client_->get(), taken.get());
  return error;
}

void InputConsumer::release(std::span<const std::int32_t> partitions) {
  unanswered_.reset();
  for (const std::int32_t partition : partitions) {
    assigned_.erase(partition);
    paused_.erase(partition);
    ended_.erase(partition);
    if (is_held(partition)) held_.reset();
  }
  const PartitionListHandle given = list(partitions, RD_KAFKA_OFFSET_INVALID);
  const Error error = Error::take(rd_kafka_incremental_unassign(client_->get(), given.get()));
  if (error) log_->always(LogLevel::warning, "input consumer: giving partitions up: " + error.text);
}

GroupMetadataHandle InputConsumer::group_metadata() const {
  return GroupMetadataHandle(rd_kafka_consumer_group_metadata(client_->get()));
}

void InputConsumer::push_failure(std::string error, std::vector<std::int32_t> partitions) {
  BrokerEvent event;
  event.kind = BrokerEvent::Kind::failed;
  event.error = std::move(error);
  event.partitions = std::move(partitions);
  pending_.push_back(std::move(event));
}

void InputConsumer::push_conflict(std::string error) {
  BrokerEvent event;
  event.kind = BrokerEvent::Kind::conflict;
  event.error = std::move(error);
  pending_.push_front(std::move(event));
}

void InputConsumer::close(std::chrono::milliseconds deadline) {
  closing_ = true;
  current_.reset();
  held_.reset();
  // A rebalance that nobody answers any more would hold up the group.
  if (unanswered_) pending_.push_front(std::move(*unanswered_));
  for (const BrokerEvent& event : std::exchange(pending_, {})) {
    if (event.kind == BrokerEvent::Kind::assigned) accept(event.partitions);
    if (event.kind == BrokerEvent::Kind::revoked || event.kind == BrokerEvent::Kind::lost) release(event.partitions);
  }
  rd_kafka_t* handle = client_->get();
  const auto end = std::chrono::steady_clock::now() + deadline;
  const QueueHandle queue(rd_kafka_queue_new(handle));
  if (Error::take(rd_kafka_consumer_close_queue(handle, queue.get()))) return;
  while (rd_kafka_consumer_closed(handle) == 0) {
    if (std::chrono::steady_clock::now() >= end) {
      log_->always(LogLevel::warning,
                   "input consumer: leaving the group takes too long; the group will notice by itself");
      return;
    }
    // Served as an event, a rebalance does not reach its callback.
    const EventHandle event(rd_kafka_queue_poll(queue.get(), 50));
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
      on_rebalance(rd_kafka_event_error(event.get()), rd_kafka_event_topic_partition_list(event.get()));
    }
  }
}

}  // namespace coagwatch::daemon::kafka
