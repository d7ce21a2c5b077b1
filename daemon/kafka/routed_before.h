#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/engine/changelog_reader.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

class StateReader;

/// Whether a router stage has ever worked: its topic has a record that is committed, or had one. Its ends alone do not
/// say so, since what was aborted has offsets too.
///
/// Not thread-safe. What was found is kept, as long as this lives, where it is yes.
class RoutedBefore {
 public:
  /// `topic`: that is routed to, which has so many `partitions`.
  RoutedBefore(ClientSettings settings, std::string topic, std::int32_t partitions, LogFunction log);
  ~RoutedBefore();
  RoutedBefore(const RoutedBefore&) = delete;
  RoutedBefore& operator=(const RoutedBefore&) = delete;

  /// Looks for about so long; nullopt: not known yet, ask again.
  std::optional<bool> look(std::chrono::milliseconds timeout);

 private:
  /// Likewise, of one partition.
  std::optional<bool> look_at(std::int32_t partition, std::chrono::steady_clock::time_point deadline);

  ClientSettings settings_;
  std::string topic_;
  std::int32_t partitions_;
  LogFunction log_;
  std::unique_ptr<StateReader> reader_;
  std::int32_t next_ = 0;  // those below have none
  bool found_ = false;
};

}  // namespace coagwatch::daemon::kafka
