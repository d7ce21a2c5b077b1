#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/changelog_reader.h"

namespace coagwatch::daemon {

/// For tests: the seam of who reads the state topic, with a log of committed state records per partition, so that a
/// restore has something to read.
class ScriptedChangelog : public ChangelogReader {
 public:
  std::set<std::int32_t> restore_waits;  ///< an open transaction hides their end
  std::map<std::int32_t, std::string> restore_fails;
  std::set<std::int32_t> bounds_unknown;            ///< the broker does not answer
  std::map<std::int32_t, std::int64_t> state_lows;  ///< first offset kept; absent: 0
  std::set<std::int32_t> restore_silent;  ///< no fetch comes through: the reader goes on saying that it is at the end
  std::string state_topic_id = "state-id";
  std::int64_t most_read = 1'000'000;  ///< records that one read() hands over
  std::map<std::int32_t, std::vector<std::pair<std::string, std::string>>> changelog;  ///< committed state records

  std::vector<std::string> calls;  ///< what was asked

  std::optional<ChangelogBounds> bounds(std::int32_t partition) override {
    if (bounds_unknown.contains(partition)) return std::nullopt;
    // The open transaction has an offset, and so has the record that ends it.
    hidden_[partition] = restore_waits.contains(partition) ? 1 : 0;
    const std::int64_t unreadable = restore_fails.contains(partition) ? 1 : 0;
    return ChangelogBounds{state_lows[partition], records(partition) + hidden_[partition] + unreadable, state_topic_id};
  }
  void start_reading(std::int32_t partition, std::int64_t offset) override {
    calls.push_back("start_reading " + std::to_string(partition) + "@" + std::to_string(offset));
    readings_[partition] = offset;
  }
  ChangelogPosition read(std::int32_t partition, ChangelogSink& sink, std::chrono::milliseconds) override {
    std::int64_t& next = readings_.at(partition);
    if (restore_silent.contains(partition)) return {next, true, next, {}};
    ChangelogPosition position;
    if (const auto failed = restore_fails.find(partition); failed != restore_fails.end())
      position.error = failed->second;
    for (std::int64_t n = 0; n < most_read && next < records(partition) && position.error.empty(); ++n, ++next) {
      const auto& [key, value] = changelog[partition][static_cast<std::size_t>(next)];
      sink.changelog_record(partition, {key, std::string_view(value)});
    }
    const bool waits = restore_waits.contains(partition);
    position.next = next == records(partition) && !waits ? next + hidden_[partition] : next;
    position.stable_end = records(partition);
    position.at_stable_end = next >= records(partition);
    return position;
  }
  void stop_reading(std::int32_t partition) override {
    calls.push_back("stop_reading " + std::to_string(partition));
    readings_.erase(partition);
  }

 private:
  std::int64_t records(std::int32_t partition) { return static_cast<std::int64_t>(changelog[partition].size()); }

  std::map<std::int32_t, std::int64_t> readings_;  // next offset
  std::map<std::int32_t, std::int64_t> hidden_;    // offsets that an open transaction had when the end was asked for
};

}  // namespace coagwatch::daemon
