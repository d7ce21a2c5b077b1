// Where the input consumer stands in its partitions: seek, pause, resume, committed offsets.

#include "daemon/engine/input_number.h"
#include "daemon/kafka/input_consumer.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr int kSeekTimeoutMillis = 5'000;

}  // namespace

Error InputConsumer::seek(std::int32_t partition, std::int64_t offset) {
  if (is_held(partition)) held_.reset();
  const PartitionListHandle target = list({&partition, 1}, offset);
  Error error = Error::take(rd_kafka_seek_partitions(client_->get(), target.get(), kSeekTimeoutMillis));
  if (!error) error = Error::of(target->elems[0].err);
  return error;
}

bool InputConsumer::resume_at(std::int32_t partition, std::int64_t offset) {
  if (!assigned_.contains(partition)) return false;
  if (ended_.erase(partition) != 0) put_back(partition);
  // Fails with _STATE while the assignment is still being carried out.
  if (seek(partition, offset)) return false;
  if (!paused_.contains(partition)) return true;
  const PartitionListHandle target = list({&partition, 1}, RD_KAFKA_OFFSET_INVALID);
  if (rd_kafka_resume_partitions(client_->get(), target.get()) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      target->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  paused_.erase(partition);
  wake_fetcher(partition);
  return true;
}

/// After a fetch that was out of range librdkafka reads the partition no more, also not after a seek (seen on 2.8.0).
void InputConsumer::put_back(std::int32_t partition) {
  client_->ask_who_leads();
  const PartitionListHandle gone = list({&partition, 1}, RD_KAFKA_OFFSET_INVALID);
  rd_kafka_error_destroy(rd_kafka_incremental_unassign(client_->get(), gone.get()));
  if (const Error error = assign_paused({&partition, 1})) {
    ended_.insert(partition);
    log_->write(LogLevel::warning, "input/again", "input consumer: " + name_of(partition) + ": " + error.text);
  }
}

/// While everything of a broker is paused, librdkafka's thread for it sleeps for up to a second, and a resume does not
/// wake it (seen on 2.8.0); any request to that broker does. Nobody waits for the answer: it comes after that of a
/// fetch under way, and librdkafka ends a connection on which an answer was given up.
void InputConsumer::wake_fetcher(std::int32_t partition) {
  rd_kafka_t* rk = client_->get();
  if (!wake_answers_) wake_answers_.reset(rd_kafka_queue_new(rk));
  while (EventHandle(rd_kafka_queue_poll(wake_answers_.get(), 0))) {
  }
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_LISTOFFSETS));
  const PartitionListHandle end =
      one_partition(topics_[input_topic_of(partition)], input_partition_of(partition), RD_KAFKA_OFFSET_SPEC_LATEST);
  rd_kafka_ListOffsets(rk, end.get(), options.get(), wake_answers_.get());
}

bool InputConsumer::rewind(std::int32_t partition, std::int64_t offset) {
  if (!assigned_.contains(partition)) return false;
  if (paused_.contains(partition)) return resume_at(partition, offset);
  if (!seek(partition, offset)) return true;
  pause(partition);
  return false;
}

void InputConsumer::pause(std::int32_t partition) {
  if (is_held(partition)) held_.reset();
  if (!assigned_.contains(partition) || !paused_.insert(partition).second) return;
  const PartitionListHandle target = list({&partition, 1}, RD_KAFKA_OFFSET_INVALID);
  rd_kafka_pause_partitions(client_->get(), target.get());
}

CommittedAnswer InputConsumer::committed(std::span<const std::int32_t> partitions, const GroupMarks::Mark* mark,
                                         std::chrono::milliseconds timeout, std::vector<GroupOffset>& offsets) {
  offsets.clear();
  const PartitionListHandle target = list(partitions, RD_KAFKA_OFFSET_INVALID);
  const int asked = target->cnt;
  if (mark != nullptr) GroupMarks::ask(*mark, *target);
  rd_kafka_resp_err_t code = rd_kafka_committed(client_->get(), target.get(), static_cast<int>(timeout.count()));
  for (int i = 0; i < target->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) code = target->elems[i].err;
  const std::string what =
      "committed offsets of " + name_of(partitions.front()) + (partitions.size() > 1 ? " and others: " : ": ");
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_->write(LogLevel::info, "committed/" + std::to_string(code), what + describe(code));
    return CommittedAnswer::none;
  }
  if (mark != nullptr && GroupMarks::is_outdated(*mark, *target)) {
    log_->write(LogLevel::info, "committed/outdated", what + "the answer is older than what this worker has committed");
    return CommittedAnswer::outdated;
  }
  for (int i = 0; i < asked; ++i) {
    const rd_kafka_topic_partition_t& answer = target->elems[i];
    if (answer.offset >= 0) offsets.push_back({answer.topic, answer.partition, answer.offset, note_of(answer)});
  }
  return CommittedAnswer::told;
}

std::optional<std::int64_t> InputConsumer::known_end(std::int32_t partition) const {
  std::int64_t low = RD_KAFKA_OFFSET_INVALID;
  std::int64_t high = RD_KAFKA_OFFSET_INVALID;
  const auto code = rd_kafka_get_watermark_offsets(client_->get(), topics_[input_topic_of(partition)].c_str(),
                                                   input_partition_of(partition), &low, &high);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  return high;
}

}  // namespace coagwatch::daemon::kafka
