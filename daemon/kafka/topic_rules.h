#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/kafka/admin.h"

namespace coagwatch::daemon::kafka {

/// A topic as the brokers describe it.
struct TopicState {
  std::string name;
  int partitions = 0;
  std::map<std::string, std::string> configs;  ///< in force, defaults included; empty if they may not be read
};

/// What is wrong with a topic, given what it must be and the input topic. Pure.
std::vector<TopicProblem> judge_topic(const TopicSpec& spec, const TopicState& topic, const TopicState& input);

/// All configs to make a topic of this spec with.
std::vector<std::pair<std::string, std::string>> configs_when_made(const TopicSpec& spec,
                                                                   bool before_kafka_3_6 = false);

}  // namespace coagwatch::daemon::kafka
