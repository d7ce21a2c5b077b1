#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/fold/input_record.h"

namespace coagwatch::daemon {

/// Reads input records from files, as `replay` takes them: plain NDJSON (several files are one feed, in
/// argument order, with one partition and no record times) or a capture (partitions, offsets, times, keys and headers
/// as they were); gzip or not; `-` is standard input.
///
/// Not thread-safe.
class FeedReader {
 public:
  enum class Form : std::uint8_t { ndjson, capture };

  explicit FeedReader(std::vector<std::string> files);
  ~FeedReader();
  FeedReader(const FeedReader&) = delete;
  FeedReader& operator=(const FeedReader&) = delete;

  /// The next record; its views live until the next call. nullopt at the end, or on an error: look at error().
  const InputRecord* next();
  /// What the files are; known after the first call of next().
  [[nodiscard]] Form form() const;
  /// Lines read so far: the number of the record's line, 1-based.
  [[nodiscard]] std::uint64_t line() const;
  /// The topic that a capture was made of; empty for NDJSON.
  [[nodiscard]] const std::string& topic() const;
  /// Bytes of the files used so far, of compressed ones as they are on disk; for progress.
  [[nodiscard]] std::uint64_t consumed() const;
  /// Why reading stopped early: file, line, reason (no content). Empty if it did not.
  [[nodiscard]] const std::string& error() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::daemon
