#include "daemon/kafka/txn_producer.h"

#include <algorithm>
#include <string_view>

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds kInitTimeout{1'500};
constexpr milliseconds kMetadataTimeout{1'000};
constexpr milliseconds kQueueFullPoll{10};
// Long enough for the broker to give the transaction up by itself.
constexpr milliseconds kEndTimeout = kTransactionTimeout + milliseconds(5'000);
constexpr std::chrono::hours kRenewal{24};
constexpr std::size_t kDefaultMaxRecord = 1'048'588;
// What a record costs on the wire besides key, value and headers, at most.
constexpr std::size_t kRecordOverhead = 128;
constexpr std::size_t kHeaderOverhead = 10;
constexpr std::uint32_t kPollEvery = 256;

/// Non-null even if empty: null would mean "no key" and "tombstone".
const void* bytes_of(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

int left(std::chrono::steady_clock::time_point deadline) {
  const auto rest = duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max(milliseconds(0), rest).count());
}

std::size_t wire_size(const OutputRecord& record) {
  std::size_t size =
      kRecordOverhead + (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const auto& [name, value] : record.headers) size += name.size() + value.size() + kHeaderOverhead;
  return size;
}

}  // namespace

TxnProducer::TxnProducer(Settings settings, std::shared_ptr<RateLimitedLog> log)
    : settings_(std::move(settings)), log_(std::move(log)) {
  std::size_t smallest = kDefaultMaxRecord;
  for (std::size_t& bytes : settings_.max_record_bytes) {
    if (bytes == 0) bytes = kDefaultMaxRecord;
    smallest = std::min(smallest, bytes);
  }
  settings_.client.max_batch_bytes = static_cast<int>(smallest);
}

TxnProducer::~TxnProducer() {
  retire(std::move(candidate_));
  retire(std::move(instance_));
}

std::unique_ptr<TxnProducer::Instance> TxnProducer::make_instance() {
  std::string error;
  ConfHandle conf = make_conf(ClientRole::producer, settings_.client, error);
  auto instance = std::make_unique<Instance>();
  if (conf) {
    Client::Callbacks callbacks;
    callbacks.watch_transactions = true;
    callbacks.delivery_failed = [this](const rd_kafka_message_t& message) {
      // An abort drops what was not sent yet.
      if (message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) return;
      if (is_rejection(message.err)) rejected_ = true;
      if (message.err == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP) wrong_time_ = true;
      // Its sequence number is missing now: the next transaction would fail for that alone. And a topic that was denied
      // once is remembered as denied.
      if (instance_) instance_->doubtful = true;
      log_->write(LogLevel::warning, "delivery/" + std::to_string(message.err),
                  std::string("a record for topic ") + rd_kafka_topic_name(message.rkt) + " partition " +
                      std::to_string(message.partition) + " was not written: " + describe(message.err));
    };
    callbacks.delivered = [](const rd_kafka_message_t& message) {
      *static_cast<std::int64_t*>(message._private) = message.offset;
    };
    instance->client =
        Client::create(RD_KAFKA_PRODUCER, std::move(conf), "producer", log_, std::move(callbacks), error);
  }
  if (!instance->client) {
    log_->write(LogLevel::error, "producer-conf", "cannot make a producer: " + error);
    return nullptr;
  }
  instance->made = Clock::now();
  return instance;
}

void TxnProducer::retire(std::unique_ptr<Instance> instance) {
  if (!instance) return;
  rd_kafka_purge(instance->client->get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  for (TopicHandle& topic : instance->topics) topic.reset();
}

bool TxnProducer::replace() {
  if (taken_over_) return false;
  retire(std::move(instance_));
  if (Clock::now() < replace_from_) return false;
  if (!candidate_) candidate_ = make_instance();
  if (!candidate_) return false;
  rd_kafka_t* rk = candidate_->client->get();
  // Resumable: while the broker is away, the same handle goes on trying between calls.
  if (const Error error = Error::take(rd_kafka_init_transactions(rk, static_cast<int>(kInitTimeout.count())))) {
    rd_kafka_poll(rk, 0);
    std::string text = "the broker at " + settings_.client.brokers + " does not take transactions of " +
                       transactional_id() + " yet: " + error.text;
    if (!candidate_->client->last_error().empty()) text += "; last error: " + candidate_->client->last_error();
    log_->write(LogLevel::warning, "init-transactions", text);
    if (!error.retriable) retire(std::move(candidate_));
    return false;
  }
  // Ask for the topics' leaders now: the first record of each would otherwise wait up to a second for them.
  for (std::size_t i = 0; i < kOutputTopicCount; ++i) {
    if (settings_.topics[i].empty()) continue;
    candidate_->topics[i].reset(rd_kafka_topic_new(rk, settings_.topics[i].c_str(), nullptr));
  }
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(rk, 0, nullptr, &metadata, static_cast<int>(kMetadataTimeout.count()));
  const MetadataHandle owner(metadata);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_->write(LogLevel::info, "warm-metadata", "output topics' metadata: " + describe(code));
  }
  candidate_->made = Clock::now();
  instance_ = std::move(candidate_);
  return true;
}

bool TxnProducer::begin() {
  if (!instance_) return false;
  rejected_ = wrong_time_ = false;
  since_poll_ = 0;
  begun_ = Clock::now();
  const Error error = Error::take(rd_kafka_begin_transaction(handle()));
  if (error) note(error, "begin_transaction");
  return !error;
}

rd_kafka_resp_err_t TxnProducer::enqueue(const OutputRecord& record, std::int64_t* offset) {
  const void* value = record.value ? bytes_of(*record.value) : nullptr;
  const std::size_t value_size = record.value ? record.value->size() : 0;
  HeadersHandle headers;
  if (!record.headers.empty()) {
    headers.reset(rd_kafka_headers_new(record.headers.size()));
    for (const auto& [name, text] : record.headers) {
      rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), bytes_of(text),
                          static_cast<ssize_t>(text.size()));
    }
  }
  const void* key = record.key ? bytes_of(*record.key) : nullptr;
  const std::size_t key_size = record.key ? record.key->size() : 0;
  const std::int64_t time = record.time.known() ? record.time.millis() : 0;  // 0: now
  // Not produceva: up to librdkafka 2.12 it frees the headers twice when the partition does not exist (#4627).
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      handle(), RD_KAFKA_VTYPE_RKT, instance_->topics[static_cast<std::size_t>(record.topic)].get(),
      RD_KAFKA_VTYPE_PARTITION, record.partition, RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_KEY, key,
      key_size, RD_KAFKA_VTYPE_VALUE, value, value_size, RD_KAFKA_VTYPE_TIMESTAMP, time, RD_KAFKA_VTYPE_HEADERS,
      headers.get(), RD_KAFKA_VTYPE_OPAQUE, static_cast<void*>(offset), RD_KAFKA_VTYPE_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());  // now the message's
  return code;
}

ProduceOutcome TxnProducer::produce(const OutputRecord& record, std::int64_t* offset) {
  if (!instance_) return ProduceOutcome::failed;
  if (wire_size(record) > settings_.max_record_bytes[static_cast<std::size_t>(record.topic)]) {
    return ProduceOutcome::too_large;
  }
  // Serves delivery reports while the batch grows; each holds its record's memory.
  if (++since_poll_ >= kPollEvery) {
    since_poll_ = 0;
    rd_kafka_poll(handle(), 0);
  }
  const auto deadline = Clock::now() + kTransactionTimeout;
  rd_kafka_resp_err_t code = enqueue(record, offset);
  while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && Clock::now() < deadline) {
    rd_kafka_poll(handle(), static_cast<int>(kQueueFullPoll.count()));
    code = enqueue(record, offset);
  }
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return ProduceOutcome::queued;
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return ProduceOutcome::too_large;
  rd_kafka_poll(handle(), 0);
  // The transaction is lost already because of an earlier record; commit() will say why trying again is useless.
  if (rejected_ || wrong_time_) return ProduceOutcome::queued;
  note(Error::of(code), "produce to " + settings_.topics[static_cast<std::size_t>(record.topic)] + " partition " +
                            std::to_string(record.partition));
  return ProduceOutcome::failed;
}

CommitOutcome TxnProducer::commit(const rd_kafka_topic_partition_list_t& offsets,
                                  const rd_kafka_consumer_group_metadata_t& group_member) {
  if (!instance_) return CommitOutcome::replace;
  const auto start = Clock::now();
  const Error error = add_offsets(offsets, group_member);
  const CommitOutcome outcome = error ? failed_before_end(error, "send_offsets") : end_transaction();
  note_duration(Clock::now() - start);
  return outcome;
}

Error TxnProducer::add_offsets(const rd_kafka_topic_partition_list_t& offsets,
                               const rd_kafka_consumer_group_metadata_t& group_member) {
  if (!instance_) return Error::of(RD_KAFKA_RESP_ERR__STATE);
  const auto deadline = Clock::now() + kTransactionTimeout;
  Error error;
  do {
    error = Error::take(
        rd_kafka_send_offsets_to_transaction(handle(), &offsets, &group_member, std::max(1, left(deadline))));
  } while (error.retriable && Clock::now() < deadline);
  return error;
}

CommitOutcome TxnProducer::commit() {
  if (!instance_) return CommitOutcome::replace;
  const auto start = Clock::now();
  const CommitOutcome outcome = end_transaction();
  note_duration(Clock::now() - start);
  return outcome;
}

/// No EndTxn has been sent, so none of the transaction is or will be visible.
CommitOutcome TxnProducer::failed_before_end(const Error& error, std::string_view call) {
  note(error, call);
  rd_kafka_poll(handle(), 0);
  if (!error.retriable && !error.requires_abort) return CommitOutcome::replace;
  if (rejected_) return CommitOutcome::rejected;
  return wrong_time_ ? CommitOutcome::wrong_time : CommitOutcome::aborted;
}

CommitOutcome TxnProducer::end_transaction() {
  TxnWatch& watch = instance_->client->watch();
  watch.expect_end();
  const auto deadline = Clock::now() + kEndTimeout;
  Error error;
  do {
    error = Error::take(rd_kafka_commit_transaction(handle(), std::max(1, left(deadline))));
  } while (error.retriable && Clock::now() < deadline);
  if (!error) return CommitOutcome::committed;
  // Once an EndTxn is out, even a definite-looking failure may hide that it was carried out (librdkafka repeats
  // it and reports the answer to the last attempt). And without one, only "requires abort" says that none follows:
  // after a timeout librdkafka may still send it.
  if (error.requires_abort && !watch.end_sent()) return failed_before_end(error, "commit_transaction");
  note(error, "commit_transaction");
  return CommitOutcome::unknown;
}

bool TxnProducer::abort() {
  if (!instance_) return false;
  const auto start = Clock::now();
  const auto deadline = start + kEndTimeout;
  Error error;
  do {
    error = Error::take(rd_kafka_abort_transaction(handle(), std::max(1, left(deadline))));
  } while (error.retriable && Clock::now() < deadline);
  note_duration(Clock::now() - start);
  if (error) note(error, "abort_transaction");
  return !error;
}

bool TxnProducer::suspect() const {
  return instance_ &&
         (instance_->doubtful || instance_->client->watch().indefinite() || Clock::now() - instance_->made > kRenewal);
}

void TxnProducer::note_duration(Clock::duration took) {
  if (!instance_) return;
  // A request may have been given up and repeated without our seeing its end.
  if (took > instance_->client->setting("socket.timeout.ms", kTransactionTimeout) / 2) instance_->doubtful = true;
}

void TxnProducer::note(const Error& error, std::string_view call) {
  log_->write(LogLevel::warning, "txn/" + std::to_string(error.code),
              transactional_id() + ": " + std::string(call) + ": " + error.text);
  char text[256];
  const bool fenced = error.code == RD_KAFKA_RESP_ERR__FENCED ||
                      (instance_ && rd_kafka_fatal_error(handle(), text, sizeof text) == RD_KAFKA_RESP_ERR__FENCED);
  if (!fenced || !instance_ || instance_->fenced) return;
  instance_->fenced = true;
  const auto now = Clock::now();
  const TakeoverWatch::Verdict verdict = takeovers_.fenced(now, now - begun_);
  if (verdict == TakeoverWatch::Verdict::wait) replace_from_ = now + TakeoverWatch::kPatience;
  taken_over_ = verdict == TakeoverWatch::Verdict::taken_over;
}

Error fence_producer(const ClientSettings& settings, const std::shared_ptr<RateLimitedLog>& log,
                     milliseconds deadline) {
  std::string text;
  ConfHandle conf = make_conf(ClientRole::producer, settings, text);
  std::unique_ptr<Client> client;
  if (conf) client = Client::create(RD_KAFKA_PRODUCER, std::move(conf), "fencing producer", log, {}, text);
  if (!client) {
    Error error = Error::of(RD_KAFKA_RESP_ERR__INVALID_ARG);
    error.text += ": " + text;
    return error;
  }
  return Error::take(rd_kafka_init_transactions(client->get(), static_cast<int>(deadline.count())));
}

}  // namespace coagwatch::daemon::kafka
