#include "tests/fault/member.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/broker/http_get.h"

namespace coagwatch::fault {
namespace {

constexpr int kPort = 8080;

}  // namespace

Member::Member(Options options, Names names, const Network& network, int node)
    : options_(std::move(options)), names_(std::move(names)), network_(network), node_(node) {
  std::filesystem::create_directories(options_.directory);
  config_file_ = options_.directory + "/coagwatch.yaml";
  write_config();
  move_clock(std::chrono::seconds(0));
}

void Member::write_config() const {
  const RunSetup& setup = options_.setup;
  std::string inputs;
  for (const std::string& input : names_.inputs) inputs += (inputs.empty() ? "" : ", ") + input;
  // A session of 6 s, the shortest that a broker allows by default: a killed daemon is missed after that.
  std::ofstream(config_file_)
      << "kafka:\n  brokers: " << options_.brokers << "\n  group: " << names_.group << "\n  create-topics: yes\n"
      << (setup.static_membership ? "  static-membership: yes\n" : "")
      << "  properties:\n    session.timeout.ms: 6000\n"
      << "    heartbeat.interval.ms: 1000\n    compression.type: lz4\n"
      << "input:\n  topics: [" << inputs << "]\n  keyed-by-patient: " << (setup.keyed ? "yes" : "no")
      << "\ninstance: " << options_.instance << "\nworkers: " << setup.workers
      << (options_.standby ? "\nstate:\n  standby: yes" : "")
      << "\ntime:\n  source: "
      // Notices and reminders that come soon and often: so the wall clock has timers to run.
      << (setup.event_time ? "event"
                           : "record\nalerts:\n  settling: 2s\n  notice-gap: 0h\n  re-evaluation: 1h\n  reminders: 100")
      << "\noutput:\n  topics:\n    alerts: " << names_.alerts << "\n    status: " << names_.status
      << "\n    state: " << names_.state << "\n    dead-letter: " << names_.dead_letters
      << "\n    journal: " << names_.journal << "\n    commands: " << names_.commands
      << (setup.keyed ? "" : "\n    by-patient: " + names_.by_patient)
      << "\nsite:\n  pt-control-seconds: 12.0\n  isi: 1.0\nhttp:\n  listen: 0.0.0.0:" << kPort << "\n";
}

std::vector<std::string> Member::transactional_ids() const {
  std::vector<std::string> ids;
  for (int worker = 0; worker < options_.setup.workers; ++worker) {
    const std::string of_worker = "." + options_.instance + "." + std::to_string(worker);
    ids.push_back(names_.group + of_worker);
    if (!options_.setup.keyed) ids.push_back(names_.router_group() + of_worker);
  }
  return ids;
}

void Member::start() {
  const std::scoped_lock lock(mutex_);
  wanted_ = true;
  if (process_.running()) return;
  Command command;
  command.arguments = {options_.program, "run", "-c", config_file_};
  if (!options_.fault.empty()) command.environment.push_back("COAGWATCH_TEST_FAULT=" + options_.fault);
  if (!options_.clock_shim.empty()) {
    command.environment.push_back("LD_PRELOAD=" + options_.clock_shim);
    command.environment.push_back("COAGWATCH_TEST_CLOCK=" + options_.directory + "/clock");
  }
  command.log = log_file();
  command.network = &network_;
  command.node = node_;
  process_.start(command);
}

void Member::kill() {
  const std::scoped_lock lock(mutex_);
  wanted_ = false;
  if (process_.running()) process_.kill();
}

std::optional<int> Member::stop(std::chrono::seconds patience) {
  const std::scoped_lock lock(mutex_);
  wanted_ = false;
  if (!process_.running()) return 0;
  process_.send_signal(SIGTERM);
  const std::optional<int> status = process_.wait(patience);
  if (!status) process_.kill();
  return status;
}

void Member::send_signal(int signal) {
  const std::scoped_lock lock(mutex_);
  if (process_.running()) process_.send_signal(signal);
}

void Member::move_clock(std::chrono::seconds by) const {
  // One write of eight bytes, into the file that the daemon has mapped.
  const std::int64_t seconds = by.count();
  const int fd = open((options_.directory + "/clock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const bool written = pwrite(fd, &seconds, sizeof seconds, 0) == sizeof seconds;
  close(fd);
  if (!written) throw std::runtime_error("cannot write the clock of " + options_.instance);
}

std::optional<int> Member::revive() {
  {
    const std::scoped_lock lock(mutex_);
    if (!wanted_ || process_.running()) return std::nullopt;
  }
  const int status = process_.last_status();
  start();
  return status;
}

std::size_t Member::resident_mebibytes() {
  const std::scoped_lock lock(mutex_);
  return process_.resident_mebibytes();
}

std::pair<int, std::string> Member::get(const std::string& path) const {
  return test::http_get(Network::address(node_), kPort, path);
}

bool Member::wait_ready(int seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (get("/readyz").first == 200) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

double metric(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.size() == name.size()) continue;
    if (line[name.size()] != ' ' && line[name.size()] != '{') continue;
    sum += std::strtod(line.c_str() + line.rfind(' '), nullptr);
  }
  return sum;
}

}  // namespace coagwatch::fault
