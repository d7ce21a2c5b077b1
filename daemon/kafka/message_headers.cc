#include "daemon/kafka/message_headers.h"

#include <string>

namespace coagwatch::daemon::kafka {
namespace {

std::string_view view(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

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

void MessageHeaders::list(std::vector<std::pair<std::string_view, std::string_view>>& out) const {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message_, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    out.emplace_back(name, value == nullptr ? std::string_view() : view(value, size));
  }
}

InputRecord record_of(const rd_kafka_message_t& message, const MessageHeaders& headers) {
  InputRecord record;
  record.partition = message.partition;
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t millis = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && millis >= 0) record.time = rules::Timestamp::from_millis(millis);
  if (message.key != nullptr) record.key = view(message.key, message.key_len);
  if (message.payload != nullptr) record.value = view(message.payload, message.len);
  record.headers = &headers;
  return record;
}

}  // namespace coagwatch::daemon::kafka
