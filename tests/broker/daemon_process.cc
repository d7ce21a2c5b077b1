#include "tests/broker/daemon_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/broker/free_port.h"
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

std::string alerts_topic(const std::string& prefix) { return prefix + ".alerts"; }
std::string status_topic(const std::string& prefix) { return prefix + ".status"; }
std::string state_topic(const std::string& prefix) { return prefix + ".state"; }
std::string dead_letter_topic(const std::string& prefix) { return prefix + ".dead-letter"; }

namespace {

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
  const int port = http_port();
  std::ofstream(directory_ + "/port") << port;
  const std::string& prefix = options_.prefix;
  std::ofstream(config_file_) << "kafka:\n  brokers: " << (options_.brokers.empty() ? brokers() : options_.brokers)
                              << "\n  group: " << prefix
                              << "\n  create-topics: " << (options_.create_topics ? "true" : "false") << "\n"
                              << (options_.properties.empty() ? "" : "  properties:\n    " + options_.properties + "\n")
                              << "input:\n  topics: [" << options_.input
                              << "]\n  keyed-by-patient: yes\ninstance: " << options_.instance
                              << "\ntime:\n  source: " << (options_.event_time ? "event" : "record")
                              << "\noutput:\n  topics:\n    alerts: " << alerts_topic(prefix)
                              << "\n    status: " << status_topic(prefix) << "\n    state: " << state_topic(prefix)
                              << "\n    dead-letter: " << dead_letter_topic(prefix) << "\n    journal: " << prefix
                              << ".journal\nsite:\n  pt-control-seconds: 12.0\n  isi: 1.0\n"
                              << "http:\n  listen: 127.0.0.1:" << port << "\n"
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
  if (!options_.fault.empty()) setenv("COAGWATCH_TEST_FAULT", options_.fault.c_str(), 1);
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
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port()));
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
      std::array<char, 4096> piece{};
      for (ssize_t got = 0; (got = read(fd, piece.data(), piece.size())) > 0;) {
        answer.append(piece.data(), static_cast<std::size_t>(got));
      }
    }
  }
  close(fd);
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos || answer.size() < 12) return {0, ""};
  return {std::atoi(answer.substr(9, 3).c_str()), answer.substr(body + 4)};
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

std::string DaemonProcess::log() const { return read_file(directory_ + "/log"); }

Outcome run_program(const std::string& arguments, const std::string& out_file) {
  const std::string base = std::string(TEST_STATE "/") + unique_name("program");
  const std::string out = out_file.empty() ? base + ".out" : out_file;
  const std::string command = TEST_DAEMON " " + arguments + " >" + out + " 2>" + base + ".err";
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
