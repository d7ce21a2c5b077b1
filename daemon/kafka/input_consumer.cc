#include "daemon/kafka/input_consumer.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace coagwatch::daemon::kafka {
namespace {

constexpr int kSeekTimeoutMillis = 5'000;

std::string_view view(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

bool is_rebalance(const BrokerEvent& event) {
  return event.kind == BrokerEvent::Kind::assigned || event.kind == BrokerEvent::Kind::revoked ||
         event.kind == BrokerEvent::Kind::lost;
}

}  // namespace

std::optional<std::string_view> MessageHeaders::find(std::string_view name) const {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message_, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const void* value = nullptr;
  std::size_t size = 0;
  const auto code = rd_kafka_header_get_last(headers, std::string(name).c_str(), &value, &size);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || value == nullptr) return std::nullopt;
  return view(value, size);
}

std::unique_ptr<InputConsumer> InputConsumer::create(const ClientSettings& settings, std::string topic,
                                                     std::shared_ptr<RateLimitedLog> log, std::string& error) {
  ConfHandle conf = make_conf(ClientRole::input, settings, error);
  if (!conf) return nullptr;
  std::unique_ptr<InputConsumer> consumer(new InputConsumer(std::move(topic), log));
  Client::Callbacks callbacks;
  callbacks.rebalance = [self = consumer.get()](rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions) {
    self->on_rebalance(code, partitions);
  };
  consumer->client_ =
      Client::create(RD_KAFKA_CONSUMER, std::move(conf), "input consumer", std::move(log), std::move(callbacks), error);
  if (!consumer->client_) return nullptr;
  // Makes librdkafka keep the topic's partitions, so that they can be paused before they are assigned.
  consumer->known_topic_.reset(rd_kafka_topic_new(consumer->client_->get(), consumer->topic_.c_str(), nullptr));
  const PartitionListHandle topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), consumer->topic_.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto code = rd_kafka_subscribe(consumer->client_->get(), topics.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    error = "subscribe to " + consumer->topic_ + ": " + describe(code);
    return nullptr;
  }
  return consumer;
}

InputConsumer::~InputConsumer() {
  // They belong to the handle and go before it.
  known_topic_.reset();
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
  if (message) return deliver(std::move(message));
  event_.kind = BrokerEvent::Kind::none;
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
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return on_message_error(*message);
  // Taken away, or stopped, while the message was on its way.
  if (!assigned_.contains(message->partition) || paused_.contains(message->partition)) return event_;
  current_ = std::move(message);
  view_record(*current_);
  return event_;
}

void InputConsumer::view_record(const rd_kafka_message_t& message) {
  event_.kind = BrokerEvent::Kind::record;
  InputRecord& record = event_.record;
  record.partition = message.partition;
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t millis = rd_kafka_message_timestamp(&message, &type);
  record.time = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || millis < 0 ? rules::Timestamp::none()
                                                                       : rules::Timestamp::from_millis(millis);
  record.key.reset();
  if (message.key != nullptr) record.key = view(message.key, message.key_len);
  record.value.reset();
  if (message.payload != nullptr) record.value = view(message.payload, message.len);
  headers_.set(&message);
  record.headers = &headers_;
}

const BrokerEvent& InputConsumer::on_message_error(const rd_kafka_message_t& message) {
  const rd_kafka_resp_err_t code = message.err;
  if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) return event_;
  const char* detail = rd_kafka_message_errstr(&message);
  std::string text = describe(code);
  if (detail != nullptr && text.find(detail) == std::string::npos) text += std::string(": ") + detail;
  // What passes by itself is for the log only.
  if (is_unreachable(code) || code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED ||
      code == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT) {
    log_->write(LogLevel::warning, "input/" + std::to_string(code), "input topic " + topic_ + ": " + text);
    if (code != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) return event_;
  }
  event_.kind = BrokerEvent::Kind::failed;
  event_.partitions.clear();
  if (message.partition >= 0) event_.partitions.push_back(message.partition);
  event_.error = "input topic " + topic_;
  if (message.partition >= 0) event_.error += " partition " + std::to_string(message.partition);
  event_.error += ": " + text;
  return event_;
}

void InputConsumer::on_rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions) {
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
    if (topic_ == partitions->elems[i].topic) event.partitions.push_back(partitions->elems[i].partition);
  }
  pending_.push_back(std::move(event));
  rd_kafka_yield(client_->get());
}

PartitionListHandle InputConsumer::list(std::span<const std::int32_t> partitions, std::int64_t offset) const {
  PartitionListHandle out(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const std::int32_t partition : partitions) {
    rd_kafka_topic_partition_list_add(out.get(), topic_.c_str(), partition)->offset = offset;
  }
  return out;
}

void InputConsumer::accept(std::span<const std::int32_t> partitions) {
  unanswered_.reset();
  // Nothing may be fetched before the engine knows where to go on, so they are paused before they are assigned.
  // The start is explicit and absolute: a logical one (BEGINNING) makes librdkafka look it up, and when the answer
  // comes after a seek it asks again and moves the position back to it (seen on 2.8.0).
  const PartitionListHandle taken = list(partitions, 0);
  rd_kafka_pause_partitions(client_->get(), taken.get());
  const Error error = Error::take(rd_kafka_incremental_assign(client_->get(), list(partitions, 0).get()));
  if (error) {
    push_failure("assignment: " + error.text, {partitions.begin(), partitions.end()});
    return;
  }
  // Once more, for partitions that librdkafka did not know yet.
  rd_kafka_pause_partitions(client_->get(), taken.get());
  assigned_.insert(partitions.begin(), partitions.end());
  paused_.insert(partitions.begin(), partitions.end());
}

void InputConsumer::release(std::span<const std::int32_t> partitions) {
  unanswered_.reset();
  for (const std::int32_t partition : partitions) {
    assigned_.erase(partition);
    paused_.erase(partition);
    if (held_ && held_->partition == partition) held_.reset();
  }
  const PartitionListHandle given = list(partitions, RD_KAFKA_OFFSET_INVALID);
  const Error error = Error::take(rd_kafka_incremental_unassign(client_->get(), given.get()));
  if (error) log_->always(LogLevel::warning, "input topic " + topic_ + ": giving partitions up: " + error.text);
}

Error InputConsumer::seek(std::int32_t partition, std::int64_t offset) {
  if (held_ && held_->partition == partition) held_.reset();
  const PartitionListHandle target = list({&partition, 1}, offset);
  Error error = Error::take(rd_kafka_seek_partitions(client_->get(), target.get(), kSeekTimeoutMillis));
  if (!error) error = Error::of(target->elems[0].err);
  return error;
}

bool InputConsumer::resume_at(std::int32_t partition, std::int64_t offset) {
  if (!assigned_.contains(partition)) return false;
  // Fails with _STATE while the assignment is still being carried out.
  if (seek(partition, offset)) return false;
  if (!paused_.contains(partition)) return true;
  const PartitionListHandle target = list({&partition, 1}, RD_KAFKA_OFFSET_INVALID);
  if (rd_kafka_resume_partitions(client_->get(), target.get()) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      target->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  paused_.erase(partition);
  return true;
}

bool InputConsumer::rewind(std::int32_t partition, std::int64_t offset) {
  if (!assigned_.contains(partition)) return false;
  if (paused_.contains(partition)) return resume_at(partition, offset);
  if (!seek(partition, offset)) return true;
  pause(partition);
  return false;
}

void InputConsumer::pause(std::int32_t partition) {
  if (held_ && held_->partition == partition) held_.reset();
  if (!assigned_.contains(partition) || !paused_.insert(partition).second) return;
  const PartitionListHandle target = list({&partition, 1}, RD_KAFKA_OFFSET_INVALID);
  rd_kafka_pause_partitions(client_->get(), target.get());
}

bool InputConsumer::committed(std::int32_t partition, std::chrono::milliseconds timeout,
                              std::optional<std::int64_t>& offset) {
  const PartitionListHandle target = list({&partition, 1}, RD_KAFKA_OFFSET_INVALID);
  const auto code = rd_kafka_committed(client_->get(), target.get(), static_cast<int>(timeout.count()));
  const rd_kafka_topic_partition_t& answer = target->elems[0];
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const auto cause = code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : answer.err;
    log_->write(LogLevel::info, "committed/" + std::to_string(cause),
                "committed offset of " + topic_ + " partition " + std::to_string(partition) + ": " + describe(cause));
    return false;
  }
  offset.reset();
  if (answer.offset >= 0) offset = answer.offset;
  return true;
}

std::optional<std::int64_t> InputConsumer::known_end(std::int32_t partition) const {
  std::int64_t low = RD_KAFKA_OFFSET_INVALID;
  std::int64_t high = RD_KAFKA_OFFSET_INVALID;
  const auto code = rd_kafka_get_watermark_offsets(client_->get(), topic_.c_str(), partition, &low, &high);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  return high;
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
