#include "tests/broker/daemon_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/broker/free_port.h"
#include "tests/broker/http_get.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

bool consumer_protocol_asked() {
  const char* protocol = std::getenv("COAGWATCH_TEST_GROUP_PROTOCOL");
  return protocol != nullptr && std::string_view(protocol) == "consumer";
}

std::string alerts_topic(const std::string& prefix) { return prefix + ".alerts"; }
std::string status_topic(const std::string& prefix) { return prefix + ".status"; }
std::string state_topic(const std::string& prefix) { return prefix + ".state"; }
std::string dead_letter_topic(const std::string& prefix) { return prefix + ".dead-letter"; }
std::string commands_topic(const std::string& prefix) { return prefix + ".commands"; }
std::string by_patient_topic(const std::string& prefix) { return prefix + ".by-patient"; }
std::string scored_topic(const DaemonProcess::Options& options) {
  return options.keyed ? options.input : by_patient_topic(options.prefix);
}

namespace {

/// kafka.properties and what else says how it is a member of its group.
std::string membership(const DaemonProcess::Options& options) {
  std::vector<std::string> properties;
  if (!options.properties.empty()) properties.push_back(options.properties);
  // With the other protocol it is the broker's: CMakeLists.txt.
  if (options.short_session && !options.consumer_protocol) properties.emplace_back("session.timeout.ms: 6000");
  std::string text;
  if (options.consumer_protocol) text += "  group-protocol: consumer\n";
  if (options.static_membership) text += "  static-membership: yes\n";
  if (!properties.empty()) text += "  properties:\n";
  for (const std::string& property : properties) text += "    " + property + "\n";
  return text;
}

/// A port for each daemon of this test, below those that the system gives to outgoing connections: while a daemon
/// restarts, one of those could take its port.
int http_port() {
  constexpr int kEach = 40;
  static int next = 22'000 + getpid() % 150 * kEach;
  const int port = free_port(next);
  next = port + 1;
  return port;
}

}  // namespace

DaemonProcess::DaemonProcess(Options options) : options_(std::move(options)) {
  directory_ = std::string(TEST_STATE "/") + unique_name(options_.prefix + "-" + options_.instance);
  std::filesystem::create_directories(directory_);
  config_file_ = directory_ + "/coagwatch.yaml";
  std::ofstream(directory_ + "/port") << http_port();
  write_config();
}

void DaemonProcess::set_consumer_protocol(bool consumer_protocol) {
  options_.consumer_protocol = consumer_protocol;
  write_config();
}

void DaemonProcess::write_config() const {
  const std::string& prefix = options_.prefix;
  std::ofstream(config_file_) << "kafka:\n  brokers: " << (options_.brokers.empty() ? brokers() : options_.brokers)
                              << "\n  group: " << prefix
                              << "\n  create-topics: " << (options_.create_topics ? "true" : "false") << "\n"
                              << membership(options_) << "input:\n  topics: [" << options_.input
                              << "]\n  keyed-by-patient: " << (options_.keyed ? "yes" : "no")
                              << (options_.standby ? "\nstate:\n  standby: yes" : "")
                              << "\ninstance: " << options_.instance
                              << "\ntime:\n  source: " << (options_.event_time ? "event" : "record")
                              << "\noutput:\n  topics:\n    alerts: " << alerts_topic(prefix)
                              << "\n    status: " << status_topic(prefix) << "\n    state: " << state_topic(prefix)
                              << "\n    dead-letter: " << dead_letter_topic(prefix) << "\n    journal: " << prefix
                              << ".journal"
                              // Older versions do not know these.
                              << (options_.old_keys ? "" : "\n    commands: " + commands_topic(prefix))
                              << (options_.keyed ? "" : "\n    by-patient: " + by_patient_topic(prefix))
                              << "\nsite:\n  pt-control-seconds: 12.0\n  isi: 1.0\n"
                              << "http:\n  listen: 127.0.0.1:" << port() << "\n"
                              << options_.extra;
}

DaemonProcess::~DaemonProcess() {
  if (running()) kill();
}

int DaemonProcess::port() const { return std::atoi(read_file(directory_ + "/port").c_str()); }

void DaemonProcess::start() {
  const std::string log_file = directory_ + "/log";
  pid_ = fork();
  if (pid_ != 0) return;
  const int fd = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(fd, STDERR_FILENO);
  dup2(fd, STDOUT_FILENO);
  const char* program = options_.fault.empty() ? TEST_DAEMON : TEST_FAULTY_DAEMON;
  if (!options_.program.empty()) program = options_.program.c_str();
  if (!options_.fault.empty()) setenv("COAGWATCH_TEST_FAULT", options_.fault.c_str(), 1);
  if (options_.consumer_protocol) setenv("LD_LIBRARY_PATH", TEST_NEWER_RDKAFKA, 1);
  execl(program, program, "run", "-c", config_file_.c_str(), nullptr);
  _exit(127);
}

bool DaemonProcess::running() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void DaemonProcess::send_signal(int signal) const { ::kill(pid_, signal); }

void DaemonProcess::kill() {
  send_signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int DaemonProcess::wait(int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return -1;
}

int DaemonProcess::terminate(int seconds) {
  send_signal(SIGTERM);
  return wait(seconds);
}

std::pair<int, std::string> DaemonProcess::get(const std::string& path) const {
  return http_get("127.0.0.1", port(), path);
}

bool DaemonProcess::wait_ready(int seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (get("/readyz").first == 200) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

bool DaemonProcess::wait_for(const std::string& path, const std::string& text, int seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (get(path).second.find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

int DaemonProcess::without_lag(const std::string& topic) const {
  const std::string status = get("/status").second;
  const std::string partition = R"("topic":")" + topic + "\"";
  int done = 0;
  for (std::size_t at = status.find(partition); at != std::string::npos; at = status.find(partition, at + 1)) {
    done += status.substr(at, status.find('}', at) - at).find(R"("lag":0,)") == std::string::npos ? 0 : 1;
  }
  return done;
}

bool wait_without_lag(const std::vector<const DaemonProcess*>& daemons, const std::string& topic, int partitions,
                      int seconds) {
  constexpr int kLooks = 15;  // longer than a fetch waits
  int looks = 0;
  for (int i = 0; i < seconds * 10 && looks < kLooks; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    int done = 0;
    for (const DaemonProcess* daemon : daemons) done += daemon->without_lag(topic);
    looks = done == partitions ? looks + 1 : 0;
  }
  return looks == kLooks;
}

std::string DaemonProcess::log() const { return read_file(directory_ + "/log"); }

Outcome run_program(const std::string& arguments, const std::string& out_file, const std::string& program) {
  const std::string base = std::string(TEST_STATE "/") + unique_name("program");
  const std::string out = out_file.empty() ? base + ".out" : out_file;
  const std::string command = program + " " + arguments + " >" + out + " 2>" + base + ".err";
  const int status = std::system(command.c_str());
  Outcome outcome;
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  outcome.err = read_file(base + ".err");
  if (out_file.empty()) {
    outcome.out = read_file(out);
    std::filesystem::remove(out);
  }
  std::filesystem::remove(base + ".err");
  return outcome;
}

}  // namespace coagwatch::test
