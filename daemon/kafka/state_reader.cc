#include "daemon/kafka/state_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::milliseconds kProbeTimeout{250};
// Messages taken from librdkafka's queue at once: bounds what is done past the budget.
constexpr std::size_t kBatch = 256;

}  // namespace

StateReader::StateReader(ClientSettings settings, std::string topic, std::shared_ptr<RateLimitedLog> log,
                         std::unique_ptr<PartitionProbe> probe)
    : settings_(std::move(settings)),
      topic_(std::move(topic)),
      log_(std::move(log)),
      probe_(std::move(probe)),
      steady_(std::chrono::steady_clock::now()),
      wall_(std::chrono::system_clock::now()),
      now_(steady_) {}

std::unique_ptr<StateReader> StateReader::create(const ClientSettings& settings, std::string topic, LogFunction log,
                                                 std::string& error) {
  auto lines = std::make_shared<RateLimitedLog>(std::move(log));
  auto probe = PartitionProbe::create(settings, lines, error);
  // Tells now what librdkafka would only say when there is something to read.
  if (!probe || !make_conf(ClientRole::restore, settings, error)) return nullptr;
  return std::unique_ptr<StateReader>(new StateReader(settings, std::move(topic), std::move(lines), std::move(probe)));
}

std::optional<ChangelogBounds> StateReader::bounds(std::int32_t partition) {
  const auto identity = probe_->identity(topic_, kProbeTimeout);
  if (!identity) return std::nullopt;
  const auto found = probe_->watermarks(topic_, partition, kProbeTimeout);
  if (!found) return std::nullopt;
  return ChangelogBounds{found->low, found->end, identity->id};
}

void StateReader::start_reading(std::int32_t partition, std::int64_t offset) {
  Reading& reading = readings_.try_emplace(partition).first->second;
  reading.position.next = offset;
  assign(partition, reading);
}

void StateReader::assign(std::int32_t partition, Reading& reading) {
  std::string& error = reading.position.error;
  if (!client_) {
    ConfHandle conf = make_conf(ClientRole::restore, settings_, error);
    if (conf) client_ = Client::create(RD_KAFKA_CONSUMER, std::move(conf), "state reader", log_, {}, error);
    if (!client_) return;
  }
  reading.queue.reset(rd_kafka_queue_get_partition(client_->get(), topic_.c_str(), partition));
  if (!reading.queue) {
    error = "cannot read " + name_of(partition);
    return;
  }
  rd_kafka_queue_forward(reading.queue.get(), nullptr);
  const PartitionListHandle list = one_partition(topic_, partition, reading.position.next);
  if (const Error refused = Error::take(rd_kafka_incremental_assign(client_->get(), list.get()))) {
    error = name_of(partition) + ": " + refused.text;
  }
}

ChangelogPosition StateReader::read(std::int32_t partition, ChangelogSink& sink, std::chrono::milliseconds budget) {
  Reading& reading = readings_.at(partition);
  if (!reading.position.error.empty()) return reading.position;
  {
    // Serves what is not of a partition: errors of the handle, reported by its callback.
    const MessageHandle other(rd_kafka_consumer_poll(client_->get(), 0));
  }
  const auto deadline = std::chrono::steady_clock::now() + budget;
  std::array<rd_kafka_message_t*, kBatch> batch{};
  while (reading.position.error.empty() && std::chrono::steady_clock::now() < deadline) {
    const ssize_t found = rd_kafka_consume_batch_queue(reading.queue.get(), 0, batch.data(), batch.size());
    if (found <= 0) break;
    for (ssize_t i = 0; i < found; ++i) {
      const MessageHandle message(batch[static_cast<std::size_t>(i)]);
      if (reading.position.error.empty()) take(partition, reading, *message, sink);
    }
  }
  reading.position.stable_end = stable_end(partition);
  return reading.position;
}

void StateReader::take(std::int32_t partition, Reading& reading, const rd_kafka_message_t& message,
                       ChangelogSink& sink) {
  ChangelogPosition& position = reading.position;
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // Its offset is the next one to come, past control records and what compaction removed.
    position.next = std::max(position.next, message.offset);
    position.at_stable_end = true;
    return;
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string text =
        name_of(partition) + ": " + describe(message.err) + ": " + rd_kafka_message_errstr(&message);
    if (!is_end_of_reading(message.err)) {
      log_->write(LogLevel::warning, "restore/" + std::to_string(message.err), text);
    } else {
      position.error = text;
    }
    return;
  }
  position.at_stable_end = false;
  // Fetched before the partition was last stopped and started.
  if (message.offset < position.next) return;
  position.next = message.offset + 1;
  ChangelogRecord record;
  if (message.key != nullptr) record.key = {static_cast<const char*>(message.key), message.key_len};
  if (message.payload != nullptr) {
    record.value = std::string_view(static_cast<const char*>(message.payload), message.len);
  }
  sink.changelog_record(partition, record);
}

std::optional<std::int64_t> StateReader::stable_end(std::int32_t partition) const {
  std::int64_t low = RD_KAFKA_OFFSET_INVALID;
  std::int64_t high = RD_KAFKA_OFFSET_INVALID;
  const auto code = rd_kafka_get_watermark_offsets(client_->get(), topic_.c_str(), partition, &low, &high);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  return high;
}

void StateReader::stop_reading(std::int32_t partition) {
  const auto found = readings_.find(partition);
  if (found == readings_.end()) return;
  if (client_ && found->second.queue) {
    const PartitionListHandle list = one_partition(topic_, partition, RD_KAFKA_OFFSET_INVALID);
    if (const Error error = Error::take(rd_kafka_incremental_unassign(client_->get(), list.get()))) {
      log_->always(LogLevel::warning, "state reader: " + error.text);
    }
  }
  readings_.erase(found);
  if (readings_.empty()) client_.reset();
}

std::string StateReader::name_of(std::int32_t partition) const {
  return "topic " + topic_ + " partition " + std::to_string(partition);
}

/// As steady_clock, which stands still while the machine sleeps or is stopped from outside; then the wall clock tells.
std::chrono::steady_clock::time_point StateReader::now() {
  using Duration = std::chrono::steady_clock::duration;
  const auto steady = std::chrono::steady_clock::now();
  const auto wall = std::chrono::system_clock::now();
  now_ += std::max<Duration>(steady - steady_, std::chrono::duration_cast<Duration>(wall - wall_));
  steady_ = steady;
  wall_ = wall;
  return now_;
}

}  // namespace coagwatch::daemon::kafka
