#include "tests/simulation/router_check.h"

#include <set>

#include "daemon/engine/input_number.h"
#include "daemon/fold/routed_record.h"
#include "daemon/routing/router.h"
#include "tests/simulation/delivered_record.h"
#include "tests/simulation/fold_rules.h"

namespace coagwatch::simulation {
namespace {

constexpr const char* kDeadLetters = "router-dead-letter";

/// Keeps what a router makes of the records of one place.
class Recorder final : public daemon::RouterSink {
 public:
  using Routed = std::map<std::pair<std::string, std::int32_t>, std::vector<Published>>;

  Recorder(std::string place, std::int32_t dead_letters_to, Routed& routed, Routed& dead_letters)
      : place_(std::move(place)), dead_letters_to_(dead_letters_to), routed_(routed), dead_letters_(dead_letters) {}
  void routed(std::int32_t partition, const daemon::FoldRecord& record) override {
    routed_[{place_, partition}].push_back(published(record));
  }
  void dead_letter(const daemon::FoldRecord& record) override {
    dead_letters_[{place_, dead_letters_to_}].push_back(published(record));
  }

 private:
  std::string place_;
  std::int32_t dead_letters_to_;
  Routed& routed_;
  Routed& dead_letters_;
};

std::string place_of(const LogRecord& record) {
  const auto source = LogHeaders(record.headers).find(daemon::kSourceHeader).value_or("nowhere/");
  return std::string(source.substr(0, source.rfind('/')));
}

std::string place_of(std::size_t topic, std::int32_t partition) {
  return raw_topic(topic) + "/" + std::to_string(partition);
}

}  // namespace

bool RouterCheck::drained() {
  for (std::size_t topic = 0; topic < cluster_.settings().raw_topics; ++topic) {
    for (std::int32_t partition = 0; partition < cluster_.settings().raw_partitions; ++partition) {
      const SimulatedLog& log = cluster_.log(raw_topic(topic), partition);
      if (log.last_stable() != log.end()) return false;
      const auto offset = cluster_.router_group().committed(daemon::input_number(topic, partition));
      if (!offset.stable) return false;
      std::int64_t position = offset.offset.value_or(0);
      if (log.read_committed(position) != nullptr) return false;
    }
  }
  return true;
}

void RouterCheck::route_offline(std::size_t topic, std::int32_t partition, Routed& routed, Routed& dead_letters) {
  const std::int32_t partitions = cluster_.settings().partitions;
  daemon::Router router(fold_settings(), partitions);
  const std::string place = place_of(topic, partition);
  Recorder recorder(place, partition % partitions, routed, dead_letters);
  for (const LogRecord& stored : cluster_.log(raw_topic(topic), partition).committed()) {
    const DeliveredRecord record(stored, place + "/" + std::to_string(stored.offset));
    router.route(record.view(partition), recorder);
  }
}

RouterCheck::Routed RouterCheck::found(const std::string& topic) {
  Routed found;
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) {
    for (const LogRecord& record : cluster_.log(topic, partition).committed()) {
      found[{place_of(record), partition}].push_back(published(record));
    }
  }
  return found;
}

void RouterCheck::check(std::vector<std::string>& problems) {
  if (cluster_.settings().raw_topics == 0) return;
  Routed routed;
  Routed dead_letters;
  for (std::size_t topic = 0; topic < cluster_.settings().raw_topics; ++topic) {
    for (std::int32_t partition = 0; partition < cluster_.settings().raw_partitions; ++partition) {
      route_offline(topic, partition, routed, dead_letters);
    }
  }
  const auto compare = [&problems](const std::string& what, const Routed& found, const Routed& expected) {
    std::set<Routed::key_type> places;
    for (const auto& [place, records] : found) places.insert(place);
    for (const auto& [place, records] : expected) places.insert(place);
    for (const auto& place : places) {
      const auto here = found.find(place);
      const auto there = expected.find(place);
      const std::vector<Published> none;
      const std::vector<Published>& mine = here == found.end() ? none : here->second;
      const std::vector<Published>& theirs = there == expected.end() ? none : there->second;
      if (mine == theirs) continue;
      problems.push_back(what + "/" + std::to_string(place.second) + ": " + std::to_string(mine.size()) +
                         " records from " + place.first + ", not the " + std::to_string(theirs.size()) +
                         " expected, or in another order");
    }
  };
  compare(cluster_.settings().input, found(cluster_.settings().input), routed);
  compare(kDeadLetters, found(kDeadLetters), dead_letters);
  check_offsets(problems);
}

void RouterCheck::check_offsets(std::vector<std::string>& problems) {
  std::map<std::int32_t, std::int64_t> last;
  for (const SimulatedGroup::Step& step : cluster_.router_group().history()) {
    if (last.contains(step.partition) && step.offset < last[step.partition]) {
      problems.push_back("router: the committed offset of partition " + std::to_string(step.partition) +
                         " went back to " + std::to_string(step.offset));
    }
    last[step.partition] = step.offset;
  }
  for (const auto& [number, offset] : last) {
    const SimulatedLog& log =
        cluster_.log(raw_topic(daemon::input_topic_of(number)), daemon::input_partition_of(number));
    if (offset > log.end()) problems.emplace_back("router: a committed offset passes the end");
  }
}

}  // namespace coagwatch::simulation
