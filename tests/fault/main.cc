// Real daemons on a real Kafka under faults, judged record by record. README.md says what is played and checked.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "daemon/kafka/topic_rules.h"
#include "tests/broker/test_kafka.h"
#include "tests/fault/options.h"
#include "tests/fault/report.h"
#include "tests/fault/verifier.h"
#include "tests/fault/world.h"

namespace {

using namespace coagwatch::fault;  // a main of the harness
namespace test = coagwatch::test;

/// Fetches Kafka's jars, while the world outside can be reached, and says where they are.
std::string jars_of(const std::string& kafka) {
  // 4.3 is what deploy/kafka has.
  const std::string release = kafka == "4.3" ? "" : " --release " + (kafka == "3.9" ? "3.9.1" : kafka);
  std::FILE* out = popen((FAULT_KAFKA " fetch" + release).c_str(), "re");
  char line[4096] = "";
  const bool read = out != nullptr && std::fgets(line, sizeof line, out) != nullptr;
  if (out == nullptr || pclose(out) != 0 || !read) throw std::runtime_error("Kafka's jars cannot be fetched");
  return std::string(line, std::strcspn(line, "\n"));
}

std::vector<std::unique_ptr<Member>> make_members(const HarnessOptions& options, const Network& network,
                                                  const std::string& brokers) {
  std::vector<std::unique_ptr<Member>> members;
  for (int i = 0; i <= options.daemons; ++i) {
    Member::Options member;
    member.instance = "d" + std::to_string(i + 1);
    member.program = options.bug.empty() ? options.coagwatch : FAULT_FAULTY;
    member.fault = options.bug;
    member.directory = options.state + "/" + member.instance;
    member.brokers = brokers;
    member.setup = options.setup;
    member.standby = options.setup.standby[static_cast<std::size_t>(i)];
    if (std::find(options.kinds.begin(), options.kinds.end(), Kind::daemon_clock) != options.kinds.end()) {
      member.clock_shim = FAULT_CLOCK;
    }
    members.push_back(std::make_unique<Member>(member, names_for(options.setup), network, 1 + options.brokers + i));
  }
  return members;
}

Cluster::Options cluster_options(const HarnessOptions& options, const std::string& jars) {
  Cluster::Options cluster;
  cluster.nodes = options.brokers;
  cluster.jars = jars;
  cluster.logging = FAULT_LOGGING;
  cluster.directory = options.state;
  const bool with_disk =
      std::find(options.kinds.begin(), options.kinds.end(), Kind::broker_disk) != options.kinds.end();
  // Sparse: only what is written takes room.
  if (with_disk) cluster.disk_mebibytes = 1'024 + options.records / 200;
  return cluster;
}

std::vector<Fault> plan_for(const HarnessOptions& options, const Cluster& cluster) {
  PlanOptions plan;
  plan.seed = options.seed;
  plan.faults = options.faults;
  plan.daemons = options.daemons;
  plan.brokers = options.brokers;
  plan.disk_broker = cluster.disk_node();
  plan.kinds = options.kinds;
  plan.length = std::chrono::milliseconds(static_cast<std::int64_t>(options.minutes * 60'000));
  return make_plan(plan);
}

Feed::Options feed_options(const HarnessOptions& options, const Names& names) {
  Feed::Options feed;
  feed.topics = names.inputs;
  feed.keyed = options.setup.keyed;
  feed.recent = !options.setup.event_time;
  feed.partitions = options.partitions;
  feed.records = options.records;
  feed.per_second = static_cast<double>(options.records) / (options.minutes * 60);
  feed.seed = options.seed;
  return feed;
}

/// Waits until each broker knows a topic: a daemon that asks one that does not would make its own topics with another
/// number of partitions.
void wait_until_known(const HarnessOptions& options, const Cluster& cluster, const std::string& topic) {
  for (int node = 0; node < cluster.size(); ++node) {
    test::use_brokers(cluster.address(node));  // a new client asks the first broker that it is told of
    while (test::partition_count(topic) != options.partitions) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  test::use_brokers(cluster.bootstrap());
}

/// Makes what a site makes.
void make_input(const HarnessOptions& options, const Cluster& cluster) {
  namespace kafka = coagwatch::daemon::kafka;
  const Names names = names_for(options.setup);
  const int replicas = options.brokers == 1 ? 1 : 3;
  std::vector<std::pair<std::string, std::string>> config;
  // Kafka 4's default; without it a daemon that goes by record times would not start.
  if (!options.setup.event_time) config.emplace_back("message.timestamp.after.max.ms", "3600000");
  for (const std::string& input : names.inputs) {
    test::create_topic(input, options.partitions, config, replicas);
    wait_until_known(options, cluster, input);
  }
  if (options.setup.keyed) return;
  // With as many partitions as the input, not as many as the daemon would give it.
  kafka::TopicSpec routed = kafka::routed_spec(names.by_patient);
  routed.largest_record = 8'000'000;
  test::create_topic(names.by_patient, options.partitions, kafka::configs_when_made(routed), replicas);
  wait_until_known(options, cluster, names.by_patient);
}

void start_all(const HarnessOptions& options, Cluster& cluster, std::vector<std::unique_ptr<Member>>& members,
               Journal& journal) {
  test::use_brokers(cluster.bootstrap());
  for (int node = 0; node < cluster.size(); ++node) cluster.start(node);
  if (!cluster.wait_healthy(90)) throw std::runtime_error("the brokers do not start: see " + options.state);
  make_input(options, cluster);
  for (std::size_t i = 0; i + 1 < members.size(); ++i) {
    members[i]->start();  // the first one makes the other topics
    if (!members[i]->wait_ready(60)) throw std::runtime_error("a daemon does not start: see " + options.state);
  }
  journal.say("brokers and daemons are ready");
}

Forgetter::Options forgetter_options(const HarnessOptions& options, const std::string& config_file) {
  Forgetter::Options forgetter;
  forgetter.coagwatch = options.coagwatch;
  forgetter.config_file = config_file;
  forgetter.output = options.state + "/forget.out";
  forgetter.times = options.setup.commands;
  forgetter.patients = patients_for(options.records);
  forgetter.length = std::chrono::milliseconds(static_cast<std::int64_t>(options.minutes * 60'000));
  forgetter.seed = options.seed;
  return forgetter;
}

Verifier::Options verifier_options(const HarnessOptions& options) {
  Verifier::Options judged;
  judged.coagwatch = options.coagwatch;
  judged.directory = options.state;
  judged.journaled = options.setup.journaled();
  judged.static_membership = options.setup.static_membership;
  judged.event_time = options.setup.event_time;
  judged.commands = options.setup.commands;
  // One daemon may have them all.
  constexpr std::size_t kKibibytesOfOne = 64;
  judged.most_mebibytes = 512 + static_cast<std::size_t>(patients_for(options.records)) * kKibibytesOfOne / 1'024;
  return judged;
}

int play(const HarnessOptions& options, const std::string& jars) {
  // What the clients of this process say of brokers that are away; who wants to know finds it with the rest.
  if (std::freopen((options.state + "/clients.log").c_str(), "a", stderr) == nullptr) return 2;
  Journal journal;
  const Names names = names_for(options.setup);
  Network network(2 + options.brokers + options.daemons, options.seed);
  Cluster cluster(cluster_options(options, jars), network, 1);
  std::vector<std::unique_ptr<Member>> members = make_members(options, network, cluster.bootstrap());
  const Targets targets{network, cluster, members, names, options.partitions};
  Nemesis nemesis(plan_for(options, cluster), targets, journal);
  RunNumbers numbers;
  Watch watch(members, journal);
  start_all(options, cluster, members, journal);
  CommittedReader reader(names.written());
  Verifier verifier(verifier_options(options), targets, reader, journal);
  {
    Feed feed(feed_options(options, names));
    Forgetter forgetter(forgetter_options(options, members[0]->config_file()), journal);
    const double start = journal.seconds();
    nemesis.run();
    numbers.fault_seconds = journal.seconds() - start;
    journal.say("the faults are over; " + std::to_string(feed.sent()) + " records sent");
    verifier.check_alive(feed, forgetter);
    numbers.records = feed.sent();
  }
  watch.finish();
  verifier.check_watch(watch, nemesis);
  numbers.largest_mebibytes = watch.largest_mebibytes();
  numbers.ended_by_itself = watch.ended_by_itself();
  verifier.stop_daemons();
  verifier.check_outputs(numbers.records);
  numbers.seconds = journal.seconds();
  numbers.packets = network.forwarded();
  numbers.packets_lost = network.dropped();
  numbers.packets_late = network.delayed();
  numbers.ticks = verifier.ticks();
  numbers.reader_records = reader.records();
  const std::string report = report_text(options, nemesis.injected(), numbers, verifier.checks());
  if (!options.report.empty()) std::ofstream(options.report) << report;
  std::printf("\n%s", report.c_str());
  const auto failed =
      std::count_if(verifier.checks().begin(), verifier.checks().end(), [](const Check& each) { return !each.good; });
  std::printf("\nseed %u: %s\n", options.seed, failed == 0 ? "nothing lost, doubled or reordered" : "FAILED");
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  HarnessOptions options = read_options(argc, argv);
  std::printf("%s\n%s\n", command_line(options).c_str(), text_of(options.setup).c_str());
  const std::string jars = jars_of(options.kafka);
  options.state += "/" + test::unique_name("run");
  std::filesystem::create_directories(options.state);
  const int code = in_own_world([&] { return play(options, jars); });
  // A harness that crashed leaves its evidence, one that was interrupted does not; nor is a planted bug one.
  if (code == 0 || !options.bug.empty() || code == 128 + SIGINT || code == 128 + SIGTERM || code == 128 + SIGHUP) {
    if (!options.keep) std::filesystem::remove_all(options.state);
  } else {
    std::printf("evidence is kept in %s\n", options.state.c_str());
  }
  return code;
} catch (const std::exception& error) {
  std::fprintf(stderr, "fault_harness: %s\n", error.what());
  return 2;
}
