#include "daemon/kafka/kafka_broker.h"

#include "daemon/engine/input_number.h"
#include "daemon/kafka/command_reader.h"
#include "daemon/kafka/commit_note.h"
#include "daemon/kafka/input_consumer.h"
#include "daemon/kafka/partition_probe.h"
#include "daemon/kafka/routed_before.h"
#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCommandsEvery{10};
constexpr milliseconds kMembersBudget{1'000};
constexpr milliseconds kFenceDeadline{3'000};
constexpr milliseconds kLeaveDeadline{5'000};
constexpr int kOldestVersion = 0x02080000;
constexpr int kOldestWithConsumerProtocol = 0x020c0000;

/// Kafka checks a commit of somebody without a name against nothing; so has one been who was just thrown out.
bool names_member(const rd_kafka_consumer_group_metadata_t& member) {
  const char* id = rd_kafka_consumer_group_metadata_member_id(&member);
  return id != nullptr && *id != '\0';
}

}  // namespace

KafkaBroker::KafkaBroker(KafkaBrokerOptions options)
    : options_(std::move(options)), log_(std::make_shared<RateLimitedLog>(options_.log)) {}

KafkaBroker::~KafkaBroker() = default;

ClientSettings KafkaBroker::client_settings(const std::string& role) const {
  ClientSettings out;
  out.brokers = options_.brokers;
  out.group = options_.group;
  out.client_id = options_.group + "." + options_.instance + "." + std::to_string(options_.worker) + role;
  out.transactional_id = options_.group + "." + options_.instance + "." + std::to_string(options_.worker);
  out.membership.consumer_protocol = options_.consumer_protocol;
  if (options_.static_membership) {
    out.membership.instance_id = options_.instance + "." + std::to_string(options_.worker);
  }
  out.user = options_.properties;
  return out;
}

std::unique_ptr<KafkaBroker> KafkaBroker::create(KafkaBrokerOptions options, std::string& error) {
  std::unique_ptr<KafkaBroker> broker(new KafkaBroker(std::move(options)));
  const KafkaBrokerOptions& settings = broker->options_;
  broker->probe_ = PartitionProbe::create(broker->client_settings(".probe"), broker->log_, error);
  if (!broker->probe_) return nullptr;
  broker->consumer_ = InputConsumer::create(broker->client_settings(""), settings.input_topics, broker->log_, error);
  if (!broker->consumer_) return nullptr;
  broker->commands_ = std::make_unique<CommandReader>(
      broker->client_settings(".commands"), settings.output_topics[static_cast<std::size_t>(OutputTopic::commands)],
      broker->log_);
  if (settings.routes) {
    broker->routed_before_ = std::make_unique<RoutedBefore>(
        broker->client_settings(".routed"), settings.output_topics[static_cast<std::size_t>(OutputTopic::by_patient)],
        settings.patient_partitions, settings.log);
  }
  const std::string& commands = settings.output_topics[static_cast<std::size_t>(OutputTopic::commands)];
  const std::string life = std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
  broker->marks_ = std::make_unique<GroupMarks>(commands, settings.patient_partitions,
                                                broker->client_settings("").transactional_id + "/" + life);
  TxnProducer::Settings producer;
  producer.client = broker->client_settings("");
  producer.topics = settings.output_topics;
  producer.max_record_bytes = settings.max_record_bytes;
  // Tells now what librdkafka would only say at the first transaction.
  if (!make_conf(ClientRole::producer, producer.client, error)) return nullptr;
  broker->producer_ = std::make_unique<TxnProducer>(std::move(producer), broker->log_);
  return broker;
}

/// Commands are few: they are looked for now and then, whatever comes of the input.
const BrokerEvent& KafkaBroker::poll(milliseconds timeout) {
  // In turns where there are many: the group, and whoever sends results, wait for nothing.
  const bool others_turn = std::exchange(told_command_, false);
  if (!others_turn && now() >= commands_due_) {
    if (const BrokerEvent* event = commands_->poll()) {
      told_command_ = true;
      return *event;
    }
    commands_due_ = now() + kCommandsEvery;
  }
  return consumer_->poll(others_turn ? milliseconds(0) : timeout);
}
bool KafkaBroker::follow_commands(std::int32_t partition, std::int64_t offset) {
  return commands_->follow(partition, offset);
}
void KafkaBroker::unfollow_commands(std::int32_t partition) { commands_->unfollow(partition); }
void KafkaBroker::accept(std::span<const std::int32_t> partitions) { consumer_->accept(partitions); }
void KafkaBroker::release(std::span<const std::int32_t> partitions) {
  for (const std::int32_t partition : partitions) probe_->forget_end(partition);
  consumer_->release(partitions);
}
bool KafkaBroker::resume_at(std::int32_t partition, std::int64_t offset) {
  probe_->forget_end(partition);
  return consumer_->resume_at(partition, offset);
}
bool KafkaBroker::rewind(std::int32_t partition, std::int64_t offset) {
  probe_->forget_end(partition);
  return consumer_->rewind(partition, offset);
}
void KafkaBroker::pause(std::int32_t partition) { consumer_->pause(partition); }

std::optional<std::int64_t> KafkaBroker::known_end(std::int32_t partition) { return consumer_->known_end(partition); }
std::optional<std::int64_t> KafkaBroker::confirmed_end(std::int32_t partition) {
  return probe_->confirmed_end(partition, options_.input_topics[input_topic_of(partition)],
                               input_partition_of(partition));
}

bool KafkaBroker::begin() {
  const bool begun = producer_->begin();
  if (!begun) look_for_conflict();
  return begun;
}

ProduceOutcome KafkaBroker::produce(const OutputRecord& record) { return producer_->produce(record); }

CommitOutcome KafkaBroker::commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) {
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, offset] : offsets) {
    const std::string& topic = options_.input_topics[input_topic_of(partition)];
    rd_kafka_topic_partition_t* entry =
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), input_partition_of(partition));
    entry->offset = offset;
    CommitNote note{options_.patient_partitions, told_identities_, std::string(producer_->transactional_id())};
    // What becomes of the topic meanwhile does not change of which one this offset is.
    note.topics[topic] = identities_[partition];
    set_note(*entry, note);
  }
  return commit(*list);
}

CommitOutcome KafkaBroker::commit(const rd_kafka_topic_partition_list_s& offsets) {
  const GroupMetadataHandle member = consumer_->group_metadata();
  // Without an offset and a member the group could not fence us.
  if (offsets.cnt == 0 || !member || !names_member(*member)) return CommitOutcome::aborted;
  const CommitOutcome outcome = producer_->commit(offsets, *member);
  if (outcome != CommitOutcome::committed) look_for_conflict();
  return outcome;
}

bool KafkaBroker::abort() {
  const bool aborted = producer_->abort();
  if (!aborted) look_for_conflict();
  return aborted;
}

bool KafkaBroker::producer_suspect() { return producer_->suspect(); }

bool KafkaBroker::replace_producer() {
  const bool replaced = producer_->replace();
  if (!replaced) look_for_conflict();
  return replaced;
}

void KafkaBroker::look_for_conflict() {
  if (conflict_reported_ || !producer_->taken_over()) return;
  conflict_reported_ = true;
  consumer_->push_conflict("another process uses instance " + options_.instance + ": transactional id " +
                           producer_->transactional_id() +
                           " was taken over three times within a minute; give each process its own `instance`");
}

std::string_view KafkaBroker::transactional_id() const { return producer_->transactional_id(); }

bool KafkaBroker::fence(std::string_view transactional_id) {
  ClientSettings settings = client_settings(".fence");
  settings.transactional_id = transactional_id;
  // A member's consumer has the name of its producer. Who is one has ended what he had of the partition, or will.
  const auto alive = has_member(settings, settings.transactional_id, log_, kMembersBudget);
  if (!alive) return false;
  if (*alive) return true;
  log_->always(LogLevel::info, "a transaction of " + settings.transactional_id + " may be open: fencing it");
  if (const Error error = fence_producer(settings, log_, kFenceDeadline)) {
    log_->always(LogLevel::warning, "fencing " + settings.transactional_id + ": " + error.text);
  }
  return true;
}

std::chrono::steady_clock::time_point KafkaBroker::now() { return std::chrono::steady_clock::now(); }

rules::Timestamp KafkaBroker::wall_clock() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

void KafkaBroker::close() {
  if (consumer_) consumer_->close(kLeaveDeadline);
  producer_.reset();
  commands_.reset();
  consumer_.reset();
  probe_.reset();
}

std::string library_version() { return rd_kafka_version_str(); }

bool library_is_recent_enough() { return rd_kafka_version() >= kOldestVersion; }

bool library_has_consumer_protocol() { return rd_kafka_version() >= kOldestWithConsumerProtocol; }

}  // namespace coagwatch::daemon::kafka
