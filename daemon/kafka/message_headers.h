#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/input_record.h"
#include "fhir/intake.h"

namespace coagwatch::daemon::kafka {

/// The headers of a message; librdkafka takes them apart when they are first asked for.
class MessageHeaders : public fhir::RecordHeaders {
 public:
  void set(const rd_kafka_message_t* message) { message_ = message; }
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override;
  void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const override;

 private:
  const rd_kafka_message_t* message_ = nullptr;
};

/// A message as a record of its partition; `headers` are the message's. The views are those of the message.
InputRecord record_of(const rd_kafka_message_t& message, const MessageHeaders& headers);

}  // namespace coagwatch::daemon::kafka
