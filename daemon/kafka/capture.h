#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/kafka/client_config.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

struct CaptureOptions {
  std::string brokers;
  std::string group;  ///< named for its access rights only; it is not joined
  Properties properties;
  LogFunction log;
  /// Gives up after so long without progress: the broker is away, or an open transaction hides the end.
  std::chrono::milliseconds patience = std::chrono::seconds(30);
  const std::atomic<bool>* stop = nullptr;  ///< ends the capture early when set
};

struct CaptureResult {
  std::uint64_t records = 0;
  std::string error;         ///< empty: the capture is whole
  bool unreachable = false;  ///< the error is that the broker does not answer
};

/// Saves a topic as it stands at this moment: every committed record, partition by partition in offset order, as
/// lines of capture_format.md (each with its line break). What is written later is left out.
CaptureResult capture_topic(const CaptureOptions& options, const std::string& topic,
                            const std::function<void(std::string_view line)>& sink);

/// One captured record; views into whatever holds it.
struct CapturedRecord {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_millis = -1;
  bool log_append_time = false;
  std::span<const std::pair<std::string_view, std::optional<std::string_view>>> headers;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
};

/// Appends the first line of a capture, with its line break.
void append_capture_header(std::string_view topic, int partitions, std::string& out);
/// Appends a record's line, with its line break.
void append_capture_line(const CapturedRecord& record, std::string& out);

}  // namespace coagwatch::daemon::kafka
