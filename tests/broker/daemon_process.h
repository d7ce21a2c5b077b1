#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace coagwatch::test {

/// Whether this run of the tests is with the group protocol `consumer`: COAGWATCH_TEST_GROUP_PROTOCOL.
bool consumer_protocol_asked();

/// A real daemon as a child process, with a configuration file of its own.
class DaemonProcess {
 public:
  struct Options {
    std::string input;   ///< input topic; where it is not keyed by patient several, with commas
    std::string prefix;  ///< of output topics and of the group
    std::string instance = "one";
    std::string brokers;     ///< empty: the test run's
    std::string properties;  ///< of kafka.properties, `key: value`
    std::string extra;       ///< more YAML
    std::string program;     ///< another one to run, of another version; empty: this build's daemon
    std::string fault;       ///< a bug of coagwatch_faulty, which then runs; empty: the daemon itself
    bool consumer_protocol = consumer_protocol_asked();  ///< the broker shares out the partitions (KIP-848)
    bool static_membership = false;
    bool short_session = false;  ///< a killed one is missed after 6 s, the least that brokers allow by default
    bool standby = false;        ///< copies of what others own
    bool event_time = true;
    bool keyed = true;  ///< each record's key is its patient; else the router stage works too
    bool create_topics = true;
    bool old_keys = false;        ///< only those that the oldest version of tests/upgrade knows
    bool mixed_versions = false;  ///< another version of the program may have written some of its records
  };

  explicit DaemonProcess(Options options);
  /// Kills it if it still runs.
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  void start();
  /// What runs from the next start on (Options::program).
  void set_program(std::string program) { options_.program = std::move(program); }
  /// How it is a member of its group from the next start on (Options::consumer_protocol).
  void set_consumer_protocol(bool consumer_protocol);
  /// SIGKILL, and waits.
  void kill();
  /// SIGTERM, and waits; returns the exit code, or -1 if it took longer than `seconds`.
  int terminate(int seconds = 30);
  /// Waits for it to end by itself; returns the exit code, or -1 after `seconds`.
  int wait(int seconds);
  void send_signal(int signal) const;
  [[nodiscard]] bool running();
  /// -1 while none runs.
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// GET on its HTTP port: status code and body; code 0 if nobody answers.
  [[nodiscard]] std::pair<int, std::string> get(const std::string& path) const;
  /// Waits until /readyz says 200.
  [[nodiscard]] bool wait_ready(int seconds = 30) const;
  /// Waits until the answer to GET `path` holds `text`.
  [[nodiscard]] bool wait_for(const std::string& path, const std::string& text, int seconds = 30) const;

  /// How many partitions of a topic it has, and has nothing left of.
  [[nodiscard]] int without_lag(const std::string& topic) const;

  /// Everything it wrote to stderr so far, over all starts.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] const std::string& config_file() const { return config_file_; }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  [[nodiscard]] int port() const;
  void write_config() const;

  Options options_;
  std::string directory_;
  std::string config_file_;
  pid_t pid_ = -1;
};

/// Waits until the daemons have that many partitions of a topic between them and nothing left of any: not at one look,
/// since they know how much there is from what they fetched last.
[[nodiscard]] bool wait_without_lag(const std::vector<const DaemonProcess*>& daemons, const std::string& topic,
                                    int partitions, int seconds = 60);

/// Runs this build's program, or `program`, with arguments to its end: exit code, stdout and stderr. With `out_file`,
/// stdout is left there.
struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};
Outcome run_program(const std::string& arguments, const std::string& out_file = "",
                    const std::string& program = TEST_DAEMON);

/// The names of a test's topics, as DaemonProcess configures them.
std::string alerts_topic(const std::string& prefix);
std::string status_topic(const std::string& prefix);
std::string state_topic(const std::string& prefix);
std::string dead_letter_topic(const std::string& prefix);
std::string commands_topic(const std::string& prefix);
std::string by_patient_topic(const std::string& prefix);
/// What the scoring stage of such a daemon reads.
std::string scored_topic(const DaemonProcess::Options& options);

}  // namespace coagwatch::test
