#pragma once

#include <memory>
#include <string>

#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"

namespace coagwatch::bench {

/// A handle with the daemon's own configuration for that role, plus `changes` that a benchmark needs. Ends the
/// program on an error.
std::unique_ptr<daemon::kafka::Client> make_client(
    daemon::kafka::ClientRole role, const std::string& brokers, const std::string& group,
    const daemon::kafka::Properties& changes = {},
    daemon::kafka::Client::Callbacks callbacks = daemon::kafka::Client::Callbacks());

/// Partition count of a topic; ends the program if it has none.
int partition_count(rd_kafka_t* handle, const std::string& topic);

/// Ends the program with a message.
[[noreturn]] void fail(const std::string& what);

}  // namespace coagwatch::bench
