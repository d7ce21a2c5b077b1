#include "tests/fault/cluster.h"

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <stdexcept>
#include <thread>

#include "tests/broker/test_kafka.h"

namespace coagwatch::fault {
namespace {

constexpr int kPort = 9092;
constexpr int kControllerPort = 9093;
constexpr const char* kClusterId = "coagwatchFaultTests00A";

std::string java() {
  const char* home = std::getenv("JAVA_HOME");
  return home != nullptr ? std::string(home) + "/bin/java" : "/usr/bin/java";
}

/// Kafka before 4.0 logs by log4j 1.
constexpr const char* kOldLogging =
    "log4j.rootLogger=WARN, out\n"
    "log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
    "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
    "log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %-5p %c{1} %m%n\n";

/// What is shorter than Kafka's defaults is so that many faults fit into a test: a node that is away is missed after a
/// few seconds, and the transaction of a killed daemon is ended soon after its timeout.
constexpr const char* kCommonProperties =
    "process.roles=broker,controller\n"
    "controller.listener.names=CONTROLLER\n"
    "inter.broker.listener.name=PLAINTEXT\n"
    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
    "offsets.topic.num.partitions=4\n"
    "transaction.state.log.num.partitions=4\n"
    "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000\n"
    "group.initial.rebalance.delay.ms=0\n"
    "auto.create.topics.enable=false\n"
    "unclean.leader.election.enable=false\n"
    "broker.session.timeout.ms=4000\n"
    "broker.heartbeat.interval.ms=1000\n"
    "replica.lag.time.max.ms=4000\n"
    "log.segment.bytes=33554432\n"
    "log.cleaner.backoff.ms=2000\n"
    "log.cleaner.dedupe.buffer.size=16777216\n"
    "log.retention.ms=-1\n"
    "num.io.threads=3\n"
    "num.network.threads=2\n";

}  // namespace

Cluster::Cluster(Options options, const Network& network, int first)
    : options_(std::move(options)), network_(network), first_(first) {
  if (options_.disk_mebibytes > 0) {
    const int node = options_.nodes - 1;
    std::filesystem::create_directories(directory(node));
    disk_ = std::make_unique<Disk>(directory(node) + "/disk.image", directory(node) + "/disk", options_.disk_mebibytes);
  }
  std::vector<std::future<void>> formatted;
  for (int node = 0; node < options_.nodes; ++node) {
    write_files(node);
    formatted.push_back(std::async(std::launch::async, [this, node] { format(node); }));
    nodes_.push_back(std::make_unique<Node>());
  }
  for (auto& each : formatted) each.get();
}

std::string Cluster::bootstrap() const {
  std::string all;
  for (int node = 0; node < options_.nodes; ++node) {
    all += (all.empty() ? "" : ",") + address(node);
  }
  return all;
}

std::string Cluster::address(int node) const {
  return Network::address(network_node(node)) + ":" + std::to_string(kPort);
}

std::string Cluster::directory(int node) const { return options_.directory + "/broker-" + std::to_string(node + 1); }

void Cluster::write_files(int node) const {
  std::filesystem::create_directories(directory(node));
  std::ofstream(directory(node) + "/log4j.properties") << kOldLogging;
  std::string voters;
  for (int each = 0; each < options_.nodes; ++each) {
    voters += (voters.empty() ? "" : ",") + std::to_string(each + 1) + "@" + Network::address(network_node(each)) +
              ":" + std::to_string(kControllerPort);
  }
  const std::string host = Network::address(network_node(node));
  const std::string replicas = options_.nodes == 1 ? "1" : "3";
  const std::string in_step = options_.nodes == 1 ? "1" : "2";
  const std::string data = node == disk_node() ? "/disk/data" : "/data";
  const std::string listener = "PLAINTEXT://" + host + ":" + std::to_string(kPort);
  std::ofstream(directory(node) + "/server.properties")
      << kCommonProperties << "node.id=" << node + 1 << "\ncontroller.quorum.voters=" << voters
      << "\nlisteners=" << listener << ",CONTROLLER://" << host << ":" << kControllerPort
      << "\nadvertised.listeners=" << listener << "\nlog.dirs=" << directory(node) << data
      << "\ndefault.replication.factor=" << replicas << "\nmin.insync.replicas=" << in_step
      << "\noffsets.topic.replication.factor=" << replicas << "\ntransaction.state.log.replication.factor=" << replicas
      << "\ntransaction.state.log.min.isr=" << in_step << "\n";
}

void Cluster::format(int node) const {
  const std::string command =
      java() + " -XX:TieredStopAtLevel=1 -cp '" + options_.jars + "/*' -Dlog4j2.configurationFile=" + options_.logging +
      " -Dlog4j.configuration=file:" + directory(node) + "/log4j.properties" + " kafka.tools.StorageTool format -t " +
      kClusterId + " -c " + directory(node) + "/server.properties >" + directory(node) + "/format.log 2>&1";
  if (run_shell(command) != 0) throw std::runtime_error("Kafka's storage cannot be formatted: see " + directory(node));
}

Command Cluster::command(int node) const {
  Command command;
  command.arguments = {java(),
                       "-Xms128m",
                       "-Xmx640m",
                       "-XX:+UseSerialGC",
                       "-XX:TieredStopAtLevel=1",
                       "-cp",
                       options_.jars + "/*",
                       "-Dlog4j2.configurationFile=" + options_.logging,
                       "-Dlog4j.configuration=file:" + directory(node) + "/log4j.properties",
                       "kafka.Kafka",
                       directory(node) + "/server.properties"};
  command.log = directory(node) + "/kafka.log";
  command.network = &network_;
  command.node = network_node(node);
  return command;
}

void Cluster::start(int node) {
  Node& found = *nodes_[static_cast<std::size_t>(node)];
  const std::scoped_lock lock(found.mutex);
  if (!found.process.running()) found.process.start(command(node));
}

void Cluster::kill(int node) {
  Node& found = *nodes_[static_cast<std::size_t>(node)];
  const std::scoped_lock lock(found.mutex);
  if (found.process.running()) found.process.kill();
}

bool Cluster::stop(int node, std::chrono::seconds patience) {
  Node& found = *nodes_[static_cast<std::size_t>(node)];
  const std::scoped_lock lock(found.mutex);
  if (!found.process.running()) return true;
  found.process.send_signal(SIGTERM);
  if (found.process.wait(patience)) return true;
  found.process.kill();
  return false;
}

void Cluster::send_signal(int node, int signal) {
  Node& found = *nodes_[static_cast<std::size_t>(node)];
  const std::scoped_lock lock(found.mutex);
  if (found.process.running()) found.process.send_signal(signal);
}

bool Cluster::running(int node) {
  Node& found = *nodes_[static_cast<std::size_t>(node)];
  const std::scoped_lock lock(found.mutex);
  return found.process.running();
}

std::vector<int> Cluster::start_missing() {
  std::vector<int> started;
  for (int node = 0; node < size(); ++node) {
    if (running(node)) continue;
    start(node);
    started.push_back(node);
  }
  return started;
}

bool Cluster::wait_healthy(int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    start_missing();
    if (test::all_in_step(size())) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  return false;
}

}  // namespace coagwatch::fault
