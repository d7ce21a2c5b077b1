#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace coagwatch::daemon {

/// How far a long read is.
struct ProgressState {
  std::uint64_t records = 0;
  std::uint64_t done = 0;              ///< bytes of the files used so far
  std::optional<std::uint64_t> total;  ///< bytes of all files; nullopt: not known (standard input, a pipe)
  double seconds = 0;                  ///< since it began
};

/// One line of at most 79 columns: a bar, percentage and time left where the total is known; records and their rate.
std::string progress_line(const ProgressState& state);

/// Bytes of all files together; nullopt where one of them has no size to know.
std::optional<std::uint64_t> total_size(const std::vector<std::string>& files);

/// Shows on standard error how far a replay is, if that is a terminal.
class Progress {
 public:
  /// `prints`: results go to standard output. Where that is a terminal too, they show how far it is.
  Progress(std::optional<std::uint64_t> total, bool prints);
  /// Whether anybody looks: what update() is told need not be found out otherwise.
  [[nodiscard]] bool shown() const { return shown_; }
  void update(std::uint64_t records, std::uint64_t done);
  /// Clears the line.
  void end() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::optional<std::uint64_t> total_;
  bool shown_;
  bool dirty_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace coagwatch::daemon
