#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coagwatch::fhir {

/// One line of a capture (daemon/kafka/capture_format.md): a Kafka record as it was.
struct CaptureLine {
  bool header = false;       ///< the first line, which names the format
  std::uint64_t format = 0;  ///< of a header
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_millis = -1;
  std::optional<std::string> key;
  std::optional<std::string> value;  ///< exact bytes; nullopt: a tombstone
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Parses one line into `out` (overwritten). Returns what is wrong, without content, or nullopt.
std::optional<std::string> parse_capture_line(std::string_view text, CaptureLine& out);

}  // namespace coagwatch::fhir
