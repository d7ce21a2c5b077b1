#include "tests/simulation/hospital.h"

#include <utility>

#include "daemon/fold/command_record.h"
#include "daemon/fold/routed_record.h"
#include "daemon/routing/router.h"
#include "tests/simulation/delivered_record.h"
#include "tests/simulation/fold_rules.h"

namespace coagwatch::simulation {
namespace {

using std::chrono::seconds;

/// Keeps the parts of a record.
class Parts final : public daemon::RouterSink {
 public:
  void routed(std::int32_t partition, const daemon::FoldRecord& record) override {
    LogRecord& part = parts.emplace_back(partition, LogRecord{}).second;
    if (record.key) part.key.emplace(*record.key);
    if (record.value) part.value.emplace(*record.value);
    for (const auto& [name, value] : record.headers) part.headers.emplace_back(name, value);
  }
  void dead_letter(const daemon::FoldRecord& /*record*/) override {}

  std::vector<std::pair<std::int32_t, LogRecord>> parts;
};

}  // namespace

Hospital::Hospital(SimulatedKafka& cluster, Settings settings, Random& random)
    : cluster_(cluster),
      settings_(settings),
      random_(random),
      feed_(settings_.seed, cluster.settings().partitions, settings_.patients, settings_.links) {
  const SimulatedKafka::Settings& topics = cluster.settings();
  if (topics.routed && topics.raw_topics == 0) {
    router_ = std::make_unique<daemon::Router>(fold_settings(), topics.partitions);
  }
}

Hospital::~Hospital() = default;

void Hospital::write() {
  ++written_;
  Feed::Input input = feed_.next();
  const Open* open = open_transaction();
  const SimulatedKafka::Settings& topics = cluster_.settings();
  if (topics.raw_topics != 0) {
    const std::string topic = raw_topic(random_.below(topics.raw_topics));
    const auto partition = static_cast<std::int32_t>(random_.below(static_cast<std::uint64_t>(topics.raw_partitions)));
    append(open, topic, partition, std::move(input.record));
  } else if (router_) {
    route(open, input.record);
  } else {
    append(open, topics.input, input.partition, std::move(input.record));
  }
}

/// The transaction that the next record is to be part of; null: none.
const Hospital::Open* Hospital::open_transaction() {
  if (settings_.transactional && open_.size() < 2 && random_.chance(500)) {
    const std::string id = "laboratory-" + std::to_string(producers_++);
    open_.push_back({id, cluster_.transactions().initialise(id, seconds(10), cluster_.now())});
  }
  return !open_.empty() && random_.chance(5'000) ? &random_.pick(open_) : nullptr;
}

void Hospital::append(const Open* open, const std::string& topic, std::int32_t partition, LogRecord record) {
  if (open != nullptr) {
    TransactionId transaction = 0;
    if (cluster_.transactions().add_partition(open->id, open->producer, {topic, partition}, cluster_.now(),
                                              transaction) != TransactionError::none) {
      return;  // it took too long and was aborted
    }
    record.transaction = transaction;
  }
  cluster_.append(topic, partition, std::move(record));
}

void Hospital::route(const Open* open, const LogRecord& record) {
  const DeliveredRecord source(record, "raw/0/" + std::to_string(routed_++));
  Parts made;
  router_->route(source.view(0), made);
  for (auto& [partition, part] : made.parts) append(open, cluster_.settings().input, partition, std::move(part));
}

void Hospital::end_transactions(std::uint32_t per_myriad) {
  std::erase_if(open_, [&](const Open& open) {
    if (!random_.chance(per_myriad)) return false;
    cluster_.transactions().end(open.id, open.producer, random_.chance(6'000), cluster_.now());
    return true;
  });
}

void Hospital::command() {
  // Mostly what moves the fold; sometimes what does not concern it, or what nobody knows.
  const std::uint64_t draw = random_.below(10);
  const std::string name = draw < 7 ? "forget" : draw < 9 ? "acknowledge" : "resurrect";
  const std::string partitions = std::to_string(cluster_.settings().partitions);
  const std::string patient = simulated_patient(random_.below(settings_.patients));
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) {
    LogRecord record;
    record.key = patient;
    record.headers = {{std::string(daemon::kCommandHeader), name},
                      {std::string(daemon::kPartitionsHeader), partitions}};
    cluster_.append("commands", partition, std::move(record));
  }
}

}  // namespace coagwatch::simulation
