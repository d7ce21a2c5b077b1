#include "daemon/kafka/restore_reader.h"

#include <algorithm>

#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::milliseconds kProbeTimeout{250};

PartitionListHandle one(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  return list;
}

}  // namespace

void RestoreReader::start(std::int32_t partition) {
  stop(partition);
  readings_.try_emplace(partition);
}

/// Finds out how far to read and begins. False: the broker does not answer yet, or `error` is set.
bool RestoreReader::begin(std::int32_t partition, Reading& reading, std::chrono::milliseconds budget) {
  reading.target = probe_.watermarks(topic_, partition, std::max(budget, kProbeTimeout));
  if (!reading.target) return false;
  reading.position = reading.target->low;
  if (reading.target->low >= reading.target->end) return true;
  if (!client_) {
    ConfHandle conf = make_conf(ClientRole::restore, settings_, reading.error);
    if (conf) {
      client_ = Client::create(RD_KAFKA_CONSUMER, std::move(conf), "state reader", log_, {}, reading.error);
    }
    if (!client_) return false;
  }
  reading.queue.reset(rd_kafka_queue_get_partition(client_->get(), topic_.c_str(), partition));
  if (!reading.queue) {
    reading.error = "cannot read topic " + topic_ + " partition " + std::to_string(partition);
    return false;
  }
  rd_kafka_queue_forward(reading.queue.get(), nullptr);
  const PartitionListHandle list = one(topic_, partition, reading.target->low);
  if (const Error error = Error::take(rd_kafka_incremental_assign(client_->get(), list.get()))) {
    reading.error = "topic " + topic_ + " partition " + std::to_string(partition) + ": " + error.text;
    return false;
  }
  return true;
}

RestoreProgress RestoreReader::poll(std::int32_t partition, ChangelogSink& sink, std::chrono::milliseconds budget) {
  const auto found = readings_.find(partition);
  if (found == readings_.end()) return {RestoreProgress::State::failed, "no restore of this partition was begun"};
  Reading& reading = found->second;
  if (!reading.target && !begin(partition, reading, budget)) return progress(reading);
  if (client_) {
    // Serves what is not of a partition: errors of the handle, reported by its callback.
    const MessageHandle other(rd_kafka_consumer_poll(client_->get(), 0));
  }
  const auto deadline = std::chrono::steady_clock::now() + budget;
  while (progress(reading).state == RestoreProgress::State::reading) {
    const auto rest =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.count() < 0) break;
    const MessageHandle message(rd_kafka_consume_queue(reading.queue.get(), static_cast<int>(rest.count())));
    if (!message) break;
    take(partition, reading, *message, sink);
  }
  // An open transaction may have ended meanwhile; then more comes.
  if (reading.at_stable_end && reading.error.empty() && progress(reading).state == RestoreProgress::State::waiting) {
    const MessageHandle message(rd_kafka_consume_queue(reading.queue.get(), 0));
    if (message) take(partition, reading, *message, sink);
  }
  return progress(reading);
}

void RestoreReader::take(std::int32_t partition, Reading& reading, const rd_kafka_message_t& message,
                         ChangelogSink& sink) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // Its offset is the next one to come, past control records and what compaction removed.
    reading.position = std::max(reading.position, message.offset);
    reading.at_stable_end = true;
    return;
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string text = "topic " + topic_ + " partition " + std::to_string(partition) + ": " +
                             describe(message.err) + ": " + rd_kafka_message_errstr(&message);
    if (is_unreachable(message.err)) {
      log_->write(LogLevel::warning, "restore/" + std::to_string(message.err), text);
    } else {
      reading.error = text;
    }
    return;
  }
  reading.at_stable_end = false;
  reading.position = message.offset + 1;
  ChangelogRecord record;
  if (message.key != nullptr) record.key = {static_cast<const char*>(message.key), message.key_len};
  if (message.payload != nullptr) {
    record.value = std::string_view(static_cast<const char*>(message.payload), message.len);
  }
  sink.changelog_record(partition, record);
}

RestoreProgress RestoreReader::progress(const Reading& reading) {
  if (!reading.error.empty()) return {RestoreProgress::State::failed, reading.error};
  if (!reading.target) return {RestoreProgress::State::reading, {}};
  if (reading.position >= reading.target->end) return {RestoreProgress::State::complete, {}};
  return {reading.at_stable_end ? RestoreProgress::State::waiting : RestoreProgress::State::reading, {}};
}

void RestoreReader::stop(std::int32_t partition) {
  const auto found = readings_.find(partition);
  if (found == readings_.end()) return;
  if (client_ && found->second.queue) {
    const PartitionListHandle list = one(topic_, partition, RD_KAFKA_OFFSET_INVALID);
    if (const Error error = Error::take(rd_kafka_incremental_unassign(client_->get(), list.get()))) {
      log_->always(LogLevel::warning, "state reader: " + error.text);
    }
  }
  readings_.erase(found);
  if (readings_.empty()) client_.reset();
}

}  // namespace coagwatch::daemon::kafka
