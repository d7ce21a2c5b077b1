#include "daemon/kafka/command_reader.h"

#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
bool CommandReader::follow(std::int32_t partition, std::int64_t offset) {
  unfollow(partition);
  if (!client_) {
    std::string error;
    ConfHandle conf = make_conf(ClientRole::commands, settings_, error);
    if (conf) client_ = Client::create(RD_KAFKA_CONSUMER, std::move(conf), "command reader", log_, {}, error);
    if (!client_) {
      log_->write(LogLevel::error, "commands/client", "command reader: " + error);
      return false;
    }
  }
  followed_[partition] = offset;
  if (assign(partition, offset)) return true;
  followed_.erase(partition);
  return false;
}

bool CommandReader::assign(std::int32_t partition, std::int64_t offset) {
  const PartitionListHandle list = one_partition(topic_, partition, offset);
  const Error error = Error::take(rd_kafka_incremental_assign(client_->get(), list.get()));
  if (error) log_->write(LogLevel::warning, "commands/assign", "command reader: " + error.text);
  return !error;
}

void CommandReader::unfollow(std::int32_t partition) {
  if (followed_.erase(partition) == 0) return;
  const PartitionListHandle list = one_partition(topic_, partition, RD_KAFKA_OFFSET_INVALID);
  if (const Error error = Error::take(rd_kafka_incremental_unassign(client_->get(), list.get()))) {
    log_->always(LogLevel::warning, "command reader: " + error.text);
  }
  if (!followed_.empty()) return;
  current_.reset();
  client_.reset();
}

const BrokerEvent* CommandReader::poll() {
  while (client_) {
    current_.reset(rd_kafka_consumer_poll(client_->get(), 0));
    if (!current_) return nullptr;
    event_ = {};
    const auto found = followed_.find(current_->partition);
    if (current_->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (current_->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        // Its offset is the next one to come, past control records.
        if (found == followed_.end() || current_->offset <= found->second) continue;
        found->second = current_->offset;
        event_.kind = BrokerEvent::Kind::command_end;
        event_.partitions.assign(1, current_->partition);
        event_.offset = current_->offset;
        return &event_;
      }
      if (on_error(*current_)) return &event_;
      continue;
    }
    // Fetched before the partition was last followed from another offset.
    if (found == followed_.end() || current_->offset < found->second) continue;
    found->second = current_->offset + 1;
    view_record(*current_);
    event_.kind = BrokerEvent::Kind::command;
    return &event_;
  }
  return nullptr;
}

/// True if the partition cannot be followed any more: then `event_` says so.
bool CommandReader::on_error(const rd_kafka_message_t& message) {
  const char* detail = rd_kafka_message_errstr(&message);
  const std::string text = "topic " + topic_ + " partition " + std::to_string(message.partition) + ": " +
                           describe(message.err) + (detail == nullptr ? "" : std::string(": ") + detail);
  if (!is_end_of_reading(message.err) || !followed_.contains(message.partition)) {
    log_->write(LogLevel::warning, "commands/" + std::to_string(message.err), text);
    return false;
  }
  event_.kind = BrokerEvent::Kind::failed;
  event_.partitions.assign(1, message.partition);
  event_.out_of_range = is_out_of_range(message.err);
  if (event_.out_of_range) client_->ask_who_leads();
  event_.error =
      text + (event_.out_of_range ? "; commands were deleted before they were applied, or the topic was truncated or "
                                    "made anew: end the process, and see what coagwatch state rebase says"
                                  : "; what cannot be read there must not be passed over");
  return true;
}

void CommandReader::view_record(const rd_kafka_message_t& message) {
  headers_.set(&message);
  event_.record = record_of(message, headers_);
  source_ = topic_ + "/" + std::to_string(message.partition) + "/" + std::to_string(message.offset);
  event_.record.source = source_;
}

}  // namespace coagwatch::daemon::kafka
