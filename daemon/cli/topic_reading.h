#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/config/config.h"
#include "daemon/engine/changelog_reader.h"

namespace coagwatch::daemon {

/// What a partition of a topic held when it was read.
struct PartitionRead {
  ChangelogBounds bounds;
  std::uint64_t records = 0;
  std::string error;         ///< empty: it was read to its end, and nothing is hidden there
  bool unreachable = false;  ///< the error is that the broker does not answer
};

/// Reads topics of an installation whole, while none of its daemons runs.
///
/// Not thread-safe.
class TopicReading {
 public:
  using Take = std::function<void(const ChangelogRecord& record)>;

  explicit TopicReading(const Config& config) : config_(config) {}

  /// Reads a partition from `from` (nullopt: the first offset that is kept) to its present end. An open transaction is
  /// waited for until the broker must have ended it.
  PartitionRead read(const std::string& topic, std::int32_t partition, std::optional<std::int64_t> from,
                     const Take& take);
  /// Where a partition begins and ends.
  PartitionRead bounds(const std::string& topic, std::int32_t partition);

 private:
  ChangelogReader* reader_of(const std::string& topic, PartitionRead& read);

  const Config& config_;
  std::string topic_;
  std::unique_ptr<ChangelogReader> reader_;
};

}  // namespace coagwatch::daemon
