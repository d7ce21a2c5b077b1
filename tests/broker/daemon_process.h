#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace coagwatch::test {

/// A real daemon as a child process, with a configuration file of its own.
class DaemonProcess {
 public:
  struct Options {
    std::string input;   ///< input topic
    std::string prefix;  ///< of output topics and of the group
    std::string instance = "one";
    std::string brokers;     ///< empty: the test run's
    std::string properties;  ///< of kafka.properties, `key: value`
    std::string extra;       ///< more YAML
    std::string fault;       ///< a bug of coagwatch_faulty, which then runs; empty: the daemon itself
    bool event_time = true;
    bool create_topics = true;
  };

  explicit DaemonProcess(Options options);
  /// Kills it if it still runs.
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  void start();
  /// SIGKILL, and waits.
  void kill();
  /// SIGTERM, and waits; returns the exit code, or -1 if it took longer than `seconds`.
  int terminate(int seconds = 30);
  /// Waits for it to end by itself; returns the exit code, or -1 after `seconds`.
  int wait(int seconds);
  void send_signal(int signal) const;
  [[nodiscard]] bool running();

  /// GET on its HTTP port: status code and body; code 0 if nobody answers.
  [[nodiscard]] std::pair<int, std::string> get(const std::string& path) const;
  /// Waits until /readyz says 200.
  [[nodiscard]] bool wait_ready(int seconds = 30) const;
  /// Waits until the answer to GET `path` holds `text`.
  [[nodiscard]] bool wait_for(const std::string& path, const std::string& text, int seconds = 30) const;

  /// Everything it wrote to stderr so far, over all starts.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] const std::string& config_file() const { return config_file_; }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  [[nodiscard]] int port() const;

  Options options_;
  std::string directory_;
  std::string config_file_;
  pid_t pid_ = -1;
};

/// Runs the program with arguments to its end: exit code, stdout and stderr. With `out_file`, stdout is left there.
struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};
Outcome run_program(const std::string& arguments, const std::string& out_file = "");

/// The names of a test's topics, as DaemonProcess configures them.
std::string alerts_topic(const std::string& prefix);
std::string status_topic(const std::string& prefix);
std::string state_topic(const std::string& prefix);
std::string dead_letter_topic(const std::string& prefix);

}  // namespace coagwatch::test
