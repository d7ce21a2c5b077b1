#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace coagwatch::daemon {

/// Counts by a label whose values come from the input: the first `limit` values have a series each, all others share
/// `other`. Which values have one never changes, so every series only grows, as a counter must.
///
/// Thread-safe. Most records of a hospital's laboratory carry a code that we do not map, so counting takes no lock
/// for a known value: the table is immutable and replaced as a whole by the few insertions there can be.
class BoundedCounter {
 public:
  BoundedCounter(prometheus::Family<prometheus::Counter>& family, std::string label, std::size_t limit);

  void count(std::string_view value, std::uint64_t n = 1);
  void count_other(std::uint64_t n);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Table = std::unordered_map<std::string, prometheus::Counter*, Hash, std::equal_to<>>;

  prometheus::Counter* admit(std::string_view value);

  prometheus::Family<prometheus::Counter>& family_;
  const std::string label_;
  const std::size_t limit_;
  prometheus::Counter& other_;
  std::atomic<const Table*> current_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<const Table>> tables_;  ///< all versions: a reader may still be in an old one
};

}  // namespace coagwatch::daemon
