#include "daemon/kafka/kafka_broker.h"

#include "daemon/kafka/input_consumer.h"
#include "daemon/kafka/partition_probe.h"
#include "daemon/kafka/restore_reader.h"
#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFactsBudget{1'000};
constexpr milliseconds kFenceDeadline{3'000};
constexpr milliseconds kLeaveDeadline{5'000};
constexpr int kOldestVersion = 0x02080000;

ClientSettings client_settings(const KafkaBrokerOptions& options, const std::string& role) {
  ClientSettings out;
  out.brokers = options.brokers;
  out.group = options.group;
  out.client_id = options.group + "." + options.instance + "." + std::to_string(options.worker) + role;
  out.transactional_id = options.group + "." + options.instance + "." + std::to_string(options.worker);
  out.user = options.properties;
  return out;
}

}  // namespace

KafkaBroker::KafkaBroker(KafkaBrokerOptions options)
    : options_(std::move(options)), log_(std::make_shared<RateLimitedLog>(options_.log)) {}

KafkaBroker::~KafkaBroker() = default;

std::unique_ptr<KafkaBroker> KafkaBroker::create(KafkaBrokerOptions options, std::string& error) {
  std::unique_ptr<KafkaBroker> broker(new KafkaBroker(std::move(options)));
  const KafkaBrokerOptions& settings = broker->options_;
  broker->probe_ = PartitionProbe::create(client_settings(settings, ".probe"), broker->log_, error);
  if (!broker->probe_) return nullptr;
  broker->consumer_ = InputConsumer::create(client_settings(settings, ""), settings.input_topic, broker->log_, error);
  if (!broker->consumer_) return nullptr;
  broker->restore_ = std::make_unique<RestoreReader>(
      client_settings(settings, ".restore"), settings.output_topics[static_cast<std::size_t>(OutputTopic::state)],
      *broker->probe_, broker->log_);
  TxnProducer::Settings producer;
  producer.client = client_settings(settings, "");
  producer.topics = settings.output_topics;
  producer.max_record_bytes = settings.max_record_bytes;
  // Tells now what librdkafka would only say at the first transaction.
  if (!make_conf(ClientRole::producer, producer.client, error)) return nullptr;
  broker->producer_ = std::make_unique<TxnProducer>(std::move(producer), broker->log_);
  return broker;
}

const BrokerEvent& KafkaBroker::poll(milliseconds timeout) { return consumer_->poll(timeout); }
void KafkaBroker::accept(std::span<const std::int32_t> partitions) { consumer_->accept(partitions); }
void KafkaBroker::release(std::span<const std::int32_t> partitions) { consumer_->release(partitions); }
bool KafkaBroker::resume_at(std::int32_t partition, std::int64_t offset) {
  return consumer_->resume_at(partition, offset);
}
bool KafkaBroker::rewind(std::int32_t partition, std::int64_t offset) { return consumer_->rewind(partition, offset); }
void KafkaBroker::pause(std::int32_t partition) { consumer_->pause(partition); }

std::optional<PartitionFacts> KafkaBroker::facts(std::int32_t partition) {
  const auto deadline = now() + kFactsBudget;
  const auto left = [&] {
    const auto rest = std::chrono::duration_cast<milliseconds>(deadline - now());
    return std::max(rest, milliseconds(1));
  };
  PartitionFacts facts;
  if (!consumer_->committed(partition, left(), facts.committed)) return std::nullopt;
  const auto watermarks = probe_->watermarks(options_.input_topic, partition, left());
  if (!watermarks) return std::nullopt;
  facts.low = watermarks->low;
  facts.end = watermarks->end;
  auto id = probe_->topic_id(options_.input_topic, left());
  if (!id) return std::nullopt;
  facts.topic_id = std::move(*id);
  return facts;
}

std::optional<std::int64_t> KafkaBroker::known_end(std::int32_t partition) { return consumer_->known_end(partition); }

bool KafkaBroker::begin() {
  const bool begun = producer_->begin();
  if (!begun) look_for_conflict();
  return begun;
}

ProduceOutcome KafkaBroker::produce(const OutputRecord& record) { return producer_->produce(record); }

CommitOutcome KafkaBroker::commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) {
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), options_.input_topic.c_str(), partition)->offset = offset;
  }
  const GroupMetadataHandle member = consumer_->group_metadata();
  // Without an offset and a member the group could not fence us.
  if (list->cnt == 0 || !member) return CommitOutcome::aborted;
  const CommitOutcome outcome = producer_->commit(*list, *member);
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
                           " was taken over twice within a minute; give each process its own `instance`");
}

std::string_view KafkaBroker::transactional_id() const { return producer_->transactional_id(); }

void KafkaBroker::fence(std::string_view transactional_id) {
  ClientSettings settings = client_settings(options_, ".fence");
  settings.transactional_id = transactional_id;
  if (const Error error = fence_producer(settings, log_, kFenceDeadline)) {
    log_->always(LogLevel::warning, "fencing " + settings.transactional_id + ": " + error.text);
  }
}

void KafkaBroker::start_restore(std::int32_t partition) { restore_->start(partition); }
RestoreProgress KafkaBroker::poll_restore(std::int32_t partition, ChangelogSink& sink, milliseconds budget) {
  return restore_->poll(partition, sink, budget);
}
void KafkaBroker::stop_restore(std::int32_t partition) { restore_->stop(partition); }

std::chrono::steady_clock::time_point KafkaBroker::now() { return std::chrono::steady_clock::now(); }

rules::Timestamp KafkaBroker::wall_clock() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

void KafkaBroker::close() {
  if (consumer_) consumer_->close(kLeaveDeadline);
  producer_.reset();
  restore_.reset();
  consumer_.reset();
  probe_.reset();
}

std::string library_version() { return rd_kafka_version_str(); }

bool library_is_recent_enough() { return rd_kafka_version() >= kOldestVersion; }

}  // namespace coagwatch::daemon::kafka
