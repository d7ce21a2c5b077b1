#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/kafka/handles.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {

struct ClientDeleter {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using ClientHandle = std::unique_ptr<rd_kafka_t, ClientDeleter>;

[[noreturn]] void fail(const std::string& what);
/// Fails on an error, which it takes; nullptr is none.
void check(rd_kafka_error_t* error, const char* what);
void check(rd_kafka_resp_err_t code, const char* what);

using Settings = std::vector<std::pair<std::string, std::string>>;
/// A client of brokers().
ClientHandle make_client(rd_kafka_type_t type, Settings settings);
Record to_record(const rd_kafka_message_t& message);

}  // namespace coagwatch::test
