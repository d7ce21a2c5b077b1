#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/kafka/client_config.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

/// A topic that the daemon needs.
struct TopicSpec {
  std::string name;
  bool compacted = false;  ///< must have cleanup.policy=compact
};

/// What is known of a topic after prepare_topics.
struct TopicInfo {
  int partitions = 0;
  std::size_t max_record_bytes = 0;  ///< max.message.bytes
};

struct TopicReport {
  /// Why the broker could not be asked, for people; empty if it could. Trying again may help.
  std::string unreachable;
  /// What an operator must mend, one sentence each, naming the topic.
  std::vector<std::string> problems;
  TopicInfo input;
  std::vector<TopicInfo> outputs;  ///< in the order given
};

/// Checks the topics that the daemon works with, and makes missing ones if `create`: outputs exist with as many
/// partitions as the input, those that must be compacted are, and the input's record timestamps are sane (the
/// broker's own, or at most an hour ahead), since timers run on them.
///
/// Takes at most about 30 s. `partitions` is for an input topic that has to be made.
TopicReport prepare_topics(const ClientSettings& settings, const std::string& input,
                           const std::vector<TopicSpec>& outputs, bool create, int partitions, const LogFunction& log);

}  // namespace coagwatch::daemon::kafka
