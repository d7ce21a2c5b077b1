#include "tests/broker/test_client.h"

#include <array>
#include <stdexcept>

namespace coagwatch::test {

using namespace daemon::kafka;  // NOLINT(google-build-using-namespace): handles of librdkafka

void fail(const std::string& what) { throw std::runtime_error(what); }

void check(rd_kafka_error_t* error, const char* what) {
  const ErrorHandle owned(error);
  if (owned) fail(std::string(what) + ": " + rd_kafka_error_string(owned.get()));
}

void check(rd_kafka_resp_err_t code, const char* what) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) fail(std::string(what) + ": " + rd_kafka_err2str(code));
}

ClientHandle make_client(rd_kafka_type_t type, Settings settings) {
  ConfHandle conf(rd_kafka_conf_new());
  settings.emplace_back("bootstrap.servers", brokers());
  std::array<char, 512> text{};
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), text.data(), text.size()) != RD_KAFKA_CONF_OK) {
      fail(text.data());
    }
  }
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), text.data(), text.size());
  if (client == nullptr) fail(text.data());
  (void)conf.release();  // now the client's
  return ClientHandle(client);
}

Record to_record(const rd_kafka_message_t& message) {
  Record record;
  record.partition = message.partition;
  record.offset = message.offset;
  record.timestamp = rd_kafka_message_timestamp(&message, nullptr);
  if (message.key != nullptr) record.key.emplace(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) record.value.emplace(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
    }
  }
  return record;
}

}  // namespace coagwatch::test
