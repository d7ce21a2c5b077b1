#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/fault/network.h"

namespace coagwatch::fault {

/// What to run, and where.
struct Command {
  std::vector<std::string> arguments;    ///< the program first
  std::vector<std::string> environment;  ///< NAME=VALUE, besides what this process has
  std::string log;                       ///< stdout and stderr go to its end
  const Network* network = nullptr;
  int node = 0;  ///< of the network
};

/// A child process. Not thread-safe.
class Process {
 public:
  Process() = default;
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void start(const Command& command);
  void send_signal(int signal) const;
  /// SIGKILL, and waits.
  void kill();
  [[nodiscard]] bool running();
  /// Waits for its end at most so long: how it ended, in words of exit_text; nothing if it still runs.
  std::optional<int> wait(std::chrono::milliseconds patience);
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Wait status of the last end.
  [[nodiscard]] int last_status() const { return last_status_; }
  /// Resident memory now, in MiB; 0 if it does not run.
  [[nodiscard]] std::size_t resident_mebibytes() const;

 private:
  pid_t pid_ = -1;
  int last_status_ = 0;
};

/// "exit code 2", "signal 11".
std::string exit_text(int status);

/// Runs a shell command to its end: its exit code.
int run_shell(const std::string& command);

}  // namespace coagwatch::fault
