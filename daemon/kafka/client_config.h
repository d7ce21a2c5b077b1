#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// librdkafka keys with values, in order.
using Properties = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::chrono::milliseconds kTransactionTimeout{10'000};

/// What a handle is for; decides the keys that the engine owns.
enum class ClientRole {
  input,     ///< consumer of the input topic, member of the group
  producer,  ///< transactional producer
  restore,   ///< reads the state topic by explicit offsets, read_committed
  probe,     ///< asks for offsets, read_uncommitted
  admin,     ///< topics; a producer handle, because it needs no group
  capture,   ///< reads a topic once, read_committed
  commands,  ///< reads the topic of commands by explicit offsets, read_committed
};

/// How a member of the group is one; of concern to ClientRole::input alone, since the others never join.
struct Membership {
  bool consumer_protocol = false;  ///< the broker shares out the partitions (KIP-848)
  std::string instance_id;         ///< static membership under this name; empty: none
};

struct ClientSettings {
  std::string brokers;           ///< bootstrap list
  std::string group;             ///< consumer group, also of the readers that never join it (for its ACLs)
  std::string client_id;         ///< shows in the broker's logs and quotas
  std::string transactional_id;  ///< of a producer
  Membership membership;         ///< of the input consumer
  int partitions = 1;            ///< of the state topic, that its readers share the memory for fetched records among
  int max_batch_bytes = 0;       ///< of a producer: smallest max.message.bytes of its topics; 0: default
  Properties user;               ///< the site's, passed through
};

/// Which of the site's properties librdkafka does not know, or whose value it refuses, and why. Opens no connection and
/// no file.
std::vector<std::pair<std::string, std::string>> check_properties(const Properties& user);

/// How long a member of the group may go without a poll under the site's properties, before it is none any more.
std::chrono::milliseconds poll_interval(const Properties& user);

/// Makes the configuration of a handle. On error returns null and says why in `error`.
ConfHandle make_conf(ClientRole role, const ClientSettings& settings, std::string& error);

}  // namespace coagwatch::daemon::kafka
