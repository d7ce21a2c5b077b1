#include "daemon/kafka/capture.h"

#include <memory>
#include <vector>

#include "daemon/kafka/client.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{200};

/// One run of capture_topic.
class Capture {
 public:
  Capture(const CaptureOptions& options, const std::string& topic, const std::function<void(std::string_view)>& sink)
      : options_(options), topic_(topic), sink_(sink), log_(std::make_shared<RateLimitedLog>(options.log)) {}

  CaptureResult run() {
    if (!open()) return std::move(result_);
    const std::optional<int> partitions = count_partitions();
    if (!partitions) return std::move(result_);
    std::vector<Watermarks> ends;
    for (int partition = 0; partition < *partitions; ++partition) {
      const auto marks = find_end(partition);
      if (!marks) return std::move(result_);
      ends.push_back(*marks);
    }
    line_.clear();
    append_capture_header(topic_, *partitions, line_);
    sink_(line_);
    for (int partition = 0; partition < *partitions && result_.error.empty(); ++partition) {
      read_partition(partition, ends[static_cast<std::size_t>(partition)]);
    }
    return std::move(result_);
  }

 private:
  bool open() {
    ClientSettings settings;
    settings.brokers = options_.brokers;
    settings.group = options_.group;
    settings.client_id = options_.group + ".capture";
    settings.user = options_.properties;
    probe_ = PartitionProbe::create(settings, log_, result_.error);
    if (!probe_) return false;
    ConfHandle conf = make_conf(ClientRole::capture, settings, result_.error);
    if (!conf) return false;
    client_ = Client::create(RD_KAFKA_CONSUMER, std::move(conf), "capture", log_, {}, result_.error);
    return client_ != nullptr;
  }

  void fail(rd_kafka_resp_err_t code, const std::string& what) {
    result_.unreachable = is_unreachable(code);
    result_.error = what + ": " + describe(code);
    if (!client_->last_error().empty()) result_.error += "; last error: " + client_->last_error();
  }

  [[nodiscard]] bool stopped() const {
    return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
  }

  std::optional<int> count_partitions() {
    const TopicHandle handle(rd_kafka_topic_new(client_->get(), topic_.c_str(), nullptr));
    const rd_kafka_metadata_t* raw = nullptr;
    const auto code =
        rd_kafka_metadata(client_->get(), 0, handle.get(), &raw, static_cast<int>(options_.patience.count()));
    const MetadataHandle metadata(raw);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1) {
      const MessageHandle nothing(rd_kafka_consumer_poll(client_->get(), 0));  // serves the error callback
      fail(code == RD_KAFKA_RESP_ERR_NO_ERROR ? RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC : code, "topic " + topic_);
      return std::nullopt;
    }
    if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail(metadata->topics[0].err, "topic " + topic_);
      return std::nullopt;
    }
    return metadata->topics[0].partition_cnt;
  }

  std::optional<Watermarks> find_end(std::int32_t partition) {
    const auto deadline = steady_clock::now() + options_.patience;
    while (!stopped()) {
      if (const auto marks = probe_->watermarks(topic_, partition, milliseconds(2'000))) return marks;
      if (steady_clock::now() >= deadline) break;
    }
    fail(RD_KAFKA_RESP_ERR__TIMED_OUT, "end of topic " + topic_ + " partition " + std::to_string(partition));
    return std::nullopt;
  }

  void read_partition(std::int32_t partition, const Watermarks& marks) {
    if (marks.low >= marks.end) return;
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = marks.low;
    rd_kafka_assign(client_->get(), list.get());
    std::int64_t position = marks.low;
    auto last_progress = steady_clock::now();
    while (position < marks.end && result_.error.empty() && !stopped()) {
      const MessageHandle message(rd_kafka_consumer_poll(client_->get(), static_cast<int>(kStep.count())));
      const std::int64_t before = position;
      if (message) position = take(partition, marks, *message, position);
      if (position > before) {
        last_progress = steady_clock::now();
      } else if (steady_clock::now() - last_progress > options_.patience) {
        fail(RD_KAFKA_RESP_ERR__TIMED_OUT, "topic " + topic_ + " partition " + std::to_string(partition) +
                                               " is readable up to offset " + std::to_string(position) + " of " +
                                               std::to_string(marks.end) +
                                               "; the broker is away or an open transaction hides the rest");
      }
    }
    if (stopped()) result_.error = "stopped";
    rd_kafka_assign(client_->get(), nullptr);
  }

  /// Writes a record of the topic as it was at the start. Returns the next offset.
  std::int64_t take(std::int32_t partition, const Watermarks& marks, const rd_kafka_message_t& message,
                    std::int64_t position) {
    if (message.partition != partition) return position;
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return std::max(position, message.offset);
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (!is_unreachable(message.err)) {
        fail(message.err, "topic " + topic_ + " partition " + std::to_string(partition));
      }
      return position;
    }
    if (message.offset < marks.end) write(message);
    return message.offset + 1;
  }

  void write(const rd_kafka_message_t& message) {
    CapturedRecord record;
    record.topic = topic_;
    record.partition = message.partition;
    record.offset = message.offset;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    record.timestamp_millis = rd_kafka_message_timestamp(&message, &type);
    record.log_append_time = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    if (message.key != nullptr) record.key = {static_cast<const char*>(message.key), message.key_len};
    if (message.payload != nullptr) record.value = {static_cast<const char*>(message.payload), message.len};
    headers_.clear();
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* name = nullptr;
      const void* value = nullptr;
      std::size_t size = 0;
      for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
           ++i) {
        headers_.emplace_back(name, std::nullopt);
        if (value != nullptr) headers_.back().second = {static_cast<const char*>(value), size};
      }
    }
    record.headers = headers_;
    line_.clear();
    append_capture_line(record, line_);
    sink_(line_);
    ++result_.records;
  }

  const CaptureOptions& options_;
  const std::string& topic_;
  const std::function<void(std::string_view)>& sink_;
  std::shared_ptr<RateLimitedLog> log_;
  std::unique_ptr<PartitionProbe> probe_;
  std::unique_ptr<Client> client_;
  std::vector<std::pair<std::string_view, std::optional<std::string_view>>> headers_;
  std::string line_;
  CaptureResult result_;
};

}  // namespace

CaptureResult capture_topic(const CaptureOptions& options, const std::string& topic,
                            const std::function<void(std::string_view)>& sink) {
  return Capture(options, topic, sink).run();
}

}  // namespace coagwatch::daemon::kafka
