#include "daemon/config/kafka_properties.h"

#include <array>
#include <utility>

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kTransactions = "the engine owns it: exactly-once delivery depends on its value";
constexpr std::string_view kOffsets = "the engine owns it: input offsets are committed by its transactions only";
constexpr std::string_view kAssignment = "the engine owns it: its handling of rebalances depends on its value";
constexpr std::string_view kReports = "the engine owns it: it needs every delivery report";
constexpr std::string_view kRetries =
    "the engine owns it: what is sent again, and how long, follows from the transaction";
constexpr std::string_view kSizes = "the engine owns it: it follows from the topics' max.message.bytes";
constexpr std::string_view kCallback = "it is set from within the program only";

constexpr std::array<std::pair<std::string_view, std::string_view>, 39> kRefused = {{
    {"bootstrap.servers", "set kafka.brokers instead"},
    {"metadata.broker.list", "set kafka.brokers instead"},
    {"client.id", "it is made of kafka.group, instance and the worker's number: by it others see who is alive"},
    {"group.id", "set kafka.group instead"},
    {"group.instance.id", "set kafka.static-membership instead: it differs from worker to worker"},
    {"group.protocol", "set kafka.group-protocol instead"},
    {"group.remote.assignor", kAssignment},
    {"partition.assignment.strategy", kAssignment},
    {"isolation.level", kTransactions},
    {"transactional.id", "the engine owns it: it is made of kafka.group, instance and the worker's number"},
    {"enable.idempotence", kTransactions},
    {"enable.gapless.guarantee", kTransactions},
    {"transaction.timeout.ms", kTransactions},
    {"max.in.flight", kTransactions},
    {"max.in.flight.requests.per.connection", kTransactions},
    {"queuing.strategy", kTransactions},
    {"retries", kRetries},
    {"message.send.max.retries", kRetries},
    {"message.max.bytes", kSizes},
    {"batch.size", kSizes},
    {"partitioner", "the engine owns it: what it writes goes where its input came from"},
    {"check.crcs", "the engine owns it: bytes that were damaged on the way must never be scored"},
    {"plugin.library.paths", "the engine owns it: a plugin could change all of the above"},
    {"acks", kTransactions},
    {"request.required.acks", kTransactions},
    {"enable.auto.commit", kOffsets},
    {"auto.commit.enable", kOffsets},
    {"auto.commit.interval.ms", kOffsets},
    {"enable.auto.offset.store", kOffsets},
    {"offset.store.method", kOffsets},
    {"auto.offset.reset", "the engine owns it: a gap in the input stops the partition instead of being skipped"},
    {"enable.partition.eof", "the engine owns it: it tells when a partition is read to its end"},
    {"allow.auto.create.topics", "set kafka.create-topics instead"},
    {"delivery.report.only.error", kReports},
    {"produce.offset.report", kReports},
    {"dr_cb", kCallback},
    {"dr_msg_cb", kCallback},
    {"rebalance_cb", kCallback},
    {"opaque", kCallback},
}};

}  // namespace

std::string_view refused_property(std::string_view key) {
  for (const auto& [name, reason] : kRefused) {
    if (name == key) return reason;
  }
  return key.ends_with("_cb") ? kCallback : std::string_view{};
}

}  // namespace coagwatch::daemon
