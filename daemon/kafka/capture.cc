#include "daemon/kafka/capture.h"

#include <chrono>

#include "daemon/kafka/client.h"
#include "daemon/kafka/error.h"
#include "fhir/json_writer.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr int kTimeoutMs = 10'000;
// A broker that stays silent for so long while records are due is taken for gone.
constexpr std::chrono::seconds kSilence{30};

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = fhir::utf8_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out.push_back(i + j > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * j) & 63U]);
    }
  }
  return out;
}

std::string_view view(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

void write_headers(const rd_kafka_message_t& message, fhir::JsonWriter& json) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  json.begin_array("headers");
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    json.begin_array();
    json.text(name);
    if (value != nullptr && is_utf8(view(value, size))) {
      json.text(view(value, size));
    } else {
      json.null();
    }
    json.end_array();
  }
  json.end_array();
}

void write_record(const rd_kafka_message_t& message, std::string& out) {
  fhir::JsonWriter json(out);
  json.begin_object();
  json.integer("partition", message.partition);
  json.integer("offset", message.offset);
  json.integer("timestamp", rd_kafka_message_timestamp(&message, nullptr));
  write_headers(message, json);
  if (message.key != nullptr) {
    const std::string_view key = view(message.key, message.key_len);
    if (is_utf8(key)) {
      json.text("key", key);
    } else {
      json.text("key-base64", base64(key));
    }
  }
  const std::string_view value = view(message.payload, message.len);
  if (message.payload == nullptr) {
    json.null("value");
  } else if (is_utf8(value)) {
    json.text("value", value);
  } else {
    json.text("value-base64", base64(value));
  }
  json.end_object();
}

/// Reads one topic with one consumer.
class Capture {
 public:
  Capture(Client& client, std::string topic, const std::function<bool(std::string_view)>& sink)
      : client_(client), topic_(std::move(topic)), sink_(sink) {}

  CaptureOutcome run() {
    const int partitions = count_partitions();
    if (partitions == 0) return outcome_;
    fhir::JsonWriter json(line_);
    json.begin_object();
    json.integer("coagwatch-capture", 1);
    json.text("topic", topic_);
    json.end_object();
    if (!sink_(line_)) outcome_.error = "the output could not be written";
    for (int p = 0; p < partitions && outcome_.error.empty() && outcome_.unreachable.empty(); ++p) read_partition(p);
    rd_kafka_consumer_close(client_.get());
    return outcome_;
  }

 private:
  int count_partitions() {
    const rd_kafka_metadata_t* raw = nullptr;
    const rd_kafka_resp_err_t code = rd_kafka_metadata(client_.get(), 1, nullptr, &raw, kTimeoutMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      outcome_.unreachable = client_.last_error().empty() ? describe(code) : client_.last_error();
      return 0;
    }
    const MetadataHandle metadata(raw);
    for (int i = 0; i < metadata->topic_cnt; ++i) {
      if (topic_ == metadata->topics[i].topic) return metadata->topics[i].partition_cnt;
    }
    outcome_.error = "topic " + topic_ + " does not exist";
    return 0;
  }

  void read_partition(std::int32_t partition) {
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(client_.get(), list.get());
    auto heard = std::chrono::steady_clock::now();
    for (;;) {
      const MessageHandle message(rd_kafka_consumer_poll(client_.get(), 1'000));
      if (!message) {
        if (std::chrono::steady_clock::now() - heard < kSilence) continue;
        outcome_.unreachable = "no answer from the broker for 30 s";
        return;
      }
      heard = std::chrono::steady_clock::now();
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return;
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        outcome_.unreachable = describe(message->err);
        return;
      }
      line_.clear();
      write_record(*message, line_);
      ++outcome_.records;
      if (sink_(line_)) continue;
      outcome_.error = "the output could not be written";
      return;
    }
  }

  Client& client_;
  std::string topic_;
  const std::function<bool(std::string_view)>& sink_;
  CaptureOutcome outcome_;
  std::string line_;
};

}  // namespace

CaptureOutcome capture_topic(const ClientSettings& settings, const std::string& topic,
                             const std::function<bool(std::string_view line)>& sink, const LogFunction& log) {
  CaptureOutcome outcome;
  ConfHandle conf = make_conf(ClientRole::capture, settings, outcome.error);
  if (!conf) return outcome;
  const std::unique_ptr<Client> client = Client::create(RD_KAFKA_CONSUMER, std::move(conf), "capture",
                                                        std::make_shared<RateLimitedLog>(log), {}, outcome.error);
  if (!client) return outcome;
  return Capture(*client, topic, sink).run();
}

}  // namespace coagwatch::daemon::kafka
