#pragma once

#include <map>
#include <string>

#include "daemon/config/config.h"
#include "daemon/metrics/metrics.h"

namespace coagwatch::daemon {

/// Says when an input topic has fallen silent, and when it is back (`input.silence`).
///
/// Not thread-safe.
class FeedWatch {
 public:
  explicit FeedWatch(Metrics& metrics) : metrics_(metrics) {}

  /// `heard`: whether this process owns a partition of the topic; else it hears nothing of a feed that may be busy.
  /// `newest`: timestamp of the newest record that was read.
  void look(const Config& config, const std::string& topic, bool heard, rules::Timestamp newest, rules::Timestamp now);

 private:
  Metrics& metrics_;
  std::map<std::string, FeedSilence> topics_;
};

}  // namespace coagwatch::daemon
