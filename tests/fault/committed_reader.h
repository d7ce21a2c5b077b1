#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/broker/test_kafka.h"

namespace coagwatch::fault {

/// A record as it is remembered: enough to see whether it is the same.
struct Seen {
  std::int64_t offset;
  std::uint64_t digest;  ///< of key, value and headers
  bool operator==(const Seen&) const = default;
};
/// Digest of a record as a reader gets it.
std::uint64_t digest_of(const test::Record& record);

/// Reads topics with read_committed while everything else goes on, from their first record, and remembers what it was
/// given, in order. What it has once seen must be there at the end, and nothing else before it.
class CommittedReader {
 public:
  /// Topic and partition.
  using Place = std::pair<std::string, std::int32_t>;
  using Memory = std::map<Place, std::vector<Seen>>;

  explicit CommittedReader(std::vector<std::string> topics);
  ~CommittedReader();
  CommittedReader(const CommittedReader&) = delete;
  CommittedReader& operator=(const CommittedReader&) = delete;

  /// The offset after the last record that it was given of each partition of a topic, once it is at the present end;
  /// else nothing. Thread-safe.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> ends_of_data(const std::string& topic) const;
  /// Reads on until it has reached the present ends, for `seconds` at most, and stops.
  void finish(int seconds);
  /// What it was given. After finish().
  [[nodiscard]] const Memory& memory() const { return memory_; }
  /// What was wrong while reading: offsets that went back, errors other than of brokers that are away.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  void read_all();
  [[nodiscard]] bool reached_ends(const std::string& topic) const;

  std::vector<std::string> topics_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> records_{0};
  mutable std::mutex mutex_;
  std::map<Place, std::int64_t> positions_;  // guarded by mutex_
  Memory memory_;                            // guarded by mutex_, until the thread has ended
  std::vector<std::string> complaints_;      // of the thread, until it has ended
  std::thread thread_;
};

}  // namespace coagwatch::fault
