#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/kafka/client.h"
#include "daemon/kafka/client_config.h"
#include "daemon/kafka/commit_note.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

/// A committed offset of a group.
struct GroupOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  CommitNote note;
  friend auto operator<=>(const GroupOffset&, const GroupOffset&) = default;
};

/// What a group is to somebody who is none of its members.
struct GroupFacts {
  bool has_members = false;
  std::vector<GroupOffset> offsets;

  [[nodiscard]] std::optional<std::int64_t> committed(const std::string& topic, std::int32_t partition) const;
  /// Whether the other one has committed the same, in whatever order the broker tells it.
  [[nodiscard]] bool same_offsets(const GroupFacts& other) const;
};

/// Whether an open transaction may still commit an offset of `settings.group` for the partition: a consumer only waits
/// for that, and then says no more than that it was in vain. False where the broker does not tell.
bool has_unstable_offset(const ClientSettings& settings, const std::string& topic, std::int32_t partition,
                         std::shared_ptr<RateLimitedLog> log, std::chrono::milliseconds timeout);

/// Which identity commits of a group say that a topic had, from their notes: those of the topic itself, and where none
/// of them tells, those of others. `now`, its present one, if some say so; empty if none tells.
std::string told_identity(const std::string& topic, const std::string& now, std::span<const GroupOffset> offsets);

/// Whether somebody of that `client.id` is a member of `settings.group`; nullopt where the broker does not tell (of
/// groups of the newer protocol, librdkafka before 2.11 cannot ask).
std::optional<bool> has_member(const ClientSettings& settings, const std::string& client_id,
                               std::shared_ptr<RateLimitedLog> log, std::chrono::milliseconds timeout);

/// A handle for one question about `settings.group`, by somebody who need not be its member: librdkafka keeps to the
/// coordinator that a handle was once told. A consumer of that very group: librdkafka (to
/// this day, its issue 5040) takes a coordinator that is not ready for one of its own group, which a producer has not,
/// and the process ends.
std::unique_ptr<Client> make_group_client(const ClientSettings& settings, std::shared_ptr<RateLimitedLog> log,
                                          std::string& error);

/// Offsets that an open transaction may still commit.
enum class PendingOffsets : std::uint8_t {
  error,   ///< nothing is told as long as there are any
  ignored  ///< what was committed before them is told
};

/// All offsets that the group has committed, none where the broker does not know it; asked once.
Error find_offsets(rd_kafka_t* rk, const std::string& group, PendingOffsets pending, std::chrono::milliseconds timeout,
                   std::vector<GroupOffset>& offsets);

/// Asks about a group of either protocol; one that the broker does not know has nothing. Nullopt where the broker
/// cannot tell, also not when asked again for about `timeout`; `error` says why.
std::optional<GroupFacts> look_at_group(const ClientSettings& settings, const std::string& group,
                                        PendingOffsets pending, const LogFunction& log, std::string& error,
                                        std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace coagwatch::daemon::kafka
