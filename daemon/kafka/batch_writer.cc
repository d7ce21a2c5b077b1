#include "daemon/kafka/batch_writer.h"

#include "daemon/kafka/txn_producer.h"

namespace coagwatch::daemon::kafka {
namespace {

// A transaction must end within kTransactionTimeout, whatever the broker's speed.
constexpr std::size_t kMostRecords = 5'000;
constexpr std::size_t kMostBytes = std::size_t{8} * 1024 * 1024;
constexpr std::chrono::seconds kFence{10};

}  // namespace

BatchWriter::BatchWriter(std::unique_ptr<TxnProducer> producer, std::string transactional_id)
    : producer_(std::move(producer)), transactional_id_(std::move(transactional_id)) {}
BatchWriter::~BatchWriter() {
  if (open_) producer_->abort();
}

std::unique_ptr<BatchWriter> BatchWriter::open(const Settings& settings, const LogFunction& log, std::string& error,
                                               std::chrono::milliseconds timeout) {
  if (!make_conf(ClientRole::producer, settings.client, error)) return nullptr;
  auto producer =
      std::make_unique<TxnProducer>(TxnProducer::Settings{settings.client, settings.topics, settings.max_bytes},
                                    std::make_shared<RateLimitedLog>(log));
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!producer->replace()) {
    if (std::chrono::steady_clock::now() < deadline) continue;
    error = "the broker at " + settings.client.brokers + " does not take transactions of " +
            settings.client.transactional_id;
    return nullptr;
  }
  return std::unique_ptr<BatchWriter>(new BatchWriter(std::move(producer), settings.client.transactional_id));
}

bool BatchWriter::fail(std::string error) {
  if (error_.empty()) error_ = std::move(error);
  return false;
}

bool BatchWriter::begin() {
  if (!error_.empty()) return false;
  if (open_) return true;
  open_ = producer_->begin();
  return open_ || fail("a transaction cannot be begun");
}

bool BatchWriter::write(const OutputRecord& record) {
  if (!begin()) return false;
  switch (producer_->produce(record)) {
    case ProduceOutcome::queued:
      break;
    case ProduceOutcome::too_large:
      return fail("a record is larger than its topic takes: raise its max.message.bytes");
    case ProduceOutcome::failed:
      return fail("a record could not be written");
  }
  ++records_;
  bytes_ += record.value ? record.value->size() : 0;
  return (records_ < kMostRecords && bytes_ < kMostBytes) || commit();
}

bool BatchWriter::commit() { return commit({}); }

bool BatchWriter::commit(const std::vector<GroupCommit>& groups) {
  if (!error_.empty()) return false;
  if (!open_ && (groups.empty() || !begin())) return groups.empty();
  records_ = bytes_ = 0;
  for (const GroupCommit& group : groups) {
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(group.offsets.size())));
    for (const GroupOffset& each : group.offsets) {
      rd_kafka_topic_partition_t* entry =
          rd_kafka_topic_partition_list_add(list.get(), each.topic.c_str(), each.partition);
      entry->offset = each.offset;
      CommitNote note = each.note;
      note.owner = transactional_id_;
      set_note(*entry, note);
    }
    const GroupMetadataHandle nobody(rd_kafka_consumer_group_metadata_new(group.group.c_str()));
    if (list->cnt == 0) continue;
    if (const Error error = producer_->add_offsets(*list, *nobody)) {
      return fail("offsets of group " + group.group + ": " + error.text);
    }
  }
  open_ = false;
  return producer_->commit() == CommitOutcome::committed || fail("a transaction could not be committed");
}

std::string shut_out(const ClientSettings& settings, const std::string& transactional_id, const LogFunction& log) {
  ClientSettings client = settings;
  client.transactional_id = transactional_id;
  const Error error = fence_producer(client, std::make_shared<RateLimitedLog>(log), kFence);
  return error ? error.text : std::string();
}

}  // namespace coagwatch::daemon::kafka
