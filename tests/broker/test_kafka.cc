#include "tests/broker/test_kafka.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "tests/broker/test_client.h"

namespace coagwatch::test {
namespace {

using namespace daemon::kafka;  // NOLINT(google-build-using-namespace): handles of librdkafka

constexpr int kTimeout = 20'000;
// Of a test that kills the broker, too.
constexpr int kFlushTimeout = 60'000;

std::string& brokers_in_use() {
  static std::string address;
  return address;
}

template <typename Send>
void admin(ClientHandle& client, int event_type, Send send) {
  const QueueHandle queue(rd_kafka_queue_new(client.get()));
  send(queue.get());
  const EventHandle event(rd_kafka_queue_poll(queue.get(), kTimeout));
  if (!event || rd_kafka_event_type(event.get()) != event_type) fail("no answer from the broker");
  check(rd_kafka_event_error(event.get()), rd_kafka_event_error_string(event.get()));
}

}  // namespace

std::string Record::header(std::string_view name) const {
  for (const auto& [header_name, text] : headers) {
    if (header_name == name) return text;
  }
  return {};
}

void use_brokers(const std::string& address) { brokers_in_use() = address; }

std::string brokers() {
  if (!brokers_in_use().empty()) return brokers_in_use();
  std::ifstream in(TEST_STATE "/kafka/bootstrap");
  std::string address;
  if (!(in >> address)) fail("no Kafka is running for the tests: run them through ctest");
  return address;
}

std::string unique_name(const std::string& stem) {
  static int count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return stem + "-" + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) + "-" +
         std::to_string(getpid()) + "-" + std::to_string(++count);
}

void create_topic(const std::string& name, int partitions, const Settings& config, int replicas) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  std::array<char, 512> text{};
  NewTopicHandle topic(rd_kafka_NewTopic_new(name.c_str(), partitions, replicas, text.data(), text.size()));
  for (const auto& [key, value] : config) rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
  rd_kafka_NewTopic_t* topics[] = {topic.get()};
  admin(client, RD_KAFKA_EVENT_CREATETOPICS_RESULT,
        [&](rd_kafka_queue_t* queue) { rd_kafka_CreateTopics(client.get(), topics, 1, nullptr, queue); });
  for (int i = 0; i < 100 && partition_count(name) != partitions; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void add_partitions(const std::string& name, int partitions) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  std::array<char, 512> text{};
  rd_kafka_NewPartitions_t* more =
      rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(partitions), text.data(), text.size());
  admin(client, RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT,
        [&](rd_kafka_queue_t* queue) { rd_kafka_CreatePartitions(client.get(), &more, 1, nullptr, queue); });
  rd_kafka_NewPartitions_destroy(more);
  for (int i = 0; i < 100 && partition_count(name) != partitions; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void delete_topic(const std::string& name) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
  rd_kafka_DeleteTopic_t* topics[] = {topic};
  admin(client, RD_KAFKA_EVENT_DELETETOPICS_RESULT,
        [&](rd_kafka_queue_t* queue) { rd_kafka_DeleteTopics(client.get(), topics, 1, nullptr, queue); });
  rd_kafka_DeleteTopic_destroy(topic);
  for (int i = 0; i < 100 && partition_count(name) != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void delete_group(const std::string& group) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  rd_kafka_DeleteGroup_t* request = rd_kafka_DeleteGroup_new(group.c_str());
  admin(client, RD_KAFKA_EVENT_DELETEGROUPS_RESULT,
        [&](rd_kafka_queue_t* queue) { rd_kafka_DeleteGroups(client.get(), &request, 1, nullptr, queue); });
  rd_kafka_DeleteGroup_destroy(request);
}

void set_offset(const std::string& group, const std::string& topic, int partition, std::int64_t offset) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
  rd_kafka_AlterConsumerGroupOffsets_t* request = rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list);
  admin(client, RD_KAFKA_EVENT_ALTERCONSUMERGROUPOFFSETS_RESULT, [&](rd_kafka_queue_t* queue) {
    rd_kafka_AlterConsumerGroupOffsets(client.get(), &request, 1, nullptr, queue);
  });
  rd_kafka_AlterConsumerGroupOffsets_destroy(request);
  rd_kafka_topic_partition_list_destroy(list);
}

struct TestProducer::Impl {
  ClientHandle client;
  bool transactional = false;
};

TestProducer::TestProducer(const std::string& transactional_id) : impl_(new Impl) {
  Settings settings = {{"enable.idempotence", "true"}, {"linger.ms", "2"}, {"message.max.bytes", "20000000"}};
  impl_->transactional = !transactional_id.empty();
  if (impl_->transactional) settings.emplace_back("transactional.id", transactional_id);
  impl_->client = make_client(RD_KAFKA_PRODUCER, settings);
  if (impl_->transactional) check(rd_kafka_init_transactions(impl_->client.get(), kTimeout), "init_transactions");
}

TestProducer::~TestProducer() {
  if (!impl_->transactional) rd_kafka_flush(impl_->client.get(), kFlushTimeout);
  delete impl_;
}

void TestProducer::send(const std::string& topic, const Record& record) {
  rd_kafka_t* client = impl_->client.get();
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& [name, text] : record.headers) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), text.data(),
                        static_cast<ssize_t>(text.size()));
  }
  std::array<rd_kafka_vu_t, 7> arguments{};
  arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  arguments[0].u.cstr = topic.c_str();
  arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  arguments[1].u.i32 = record.partition;
  arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[2].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[3].vtype = RD_KAFKA_VTYPE_KEY;
  arguments[3].u.mem = {record.key ? const_cast<char*>(record.key->data()) : nullptr,
                        record.key ? record.key->size() : 0};
  arguments[4].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[4].u.mem = {record.value ? const_cast<char*>(record.value->data()) : nullptr,
                        record.value ? record.value->size() : 0};
  arguments[5].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  arguments[5].u.i64 = record.timestamp > 0 ? record.timestamp : 0;
  arguments[6].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[6].u.headers = headers;
  for (;;) {
    const ErrorHandle error(rd_kafka_produceva(client, arguments.data(), arguments.size()));
    if (!error) break;
    if (rd_kafka_error_code(error.get()) != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail(rd_kafka_error_string(error.get()));
    rd_kafka_poll(client, 10);
  }
  rd_kafka_poll(client, 0);
}

void TestProducer::flush() { check(rd_kafka_flush(impl_->client.get(), kFlushTimeout), "flush"); }
void TestProducer::begin() { check(rd_kafka_begin_transaction(impl_->client.get()), "begin"); }
void TestProducer::send_offset(const std::string& group, const std::string& topic, std::int32_t partition,
                               std::int64_t offset) {
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  const std::unique_ptr<rd_kafka_consumer_group_metadata_t, void (*)(rd_kafka_consumer_group_metadata_t*)> nobody(
      rd_kafka_consumer_group_metadata_new(group.c_str()), rd_kafka_consumer_group_metadata_destroy);
  check(rd_kafka_send_offsets_to_transaction(impl_->client.get(), list.get(), nobody.get(), kTimeout), "send offset");
}
void TestProducer::commit() { check(rd_kafka_commit_transaction(impl_->client.get(), kTimeout), "commit"); }
void TestProducer::abort() { check(rd_kafka_abort_transaction(impl_->client.get(), kTimeout), "abort"); }

int partition_count(const std::string& topic) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  const TopicHandle handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  check(rd_kafka_metadata(client.get(), 0, handle.get(), &raw, kTimeout), "metadata");
  const MetadataHandle metadata(raw);
  if (metadata->topic_cnt != 1 || metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  return metadata->topics[0].partition_cnt;
}

void for_each_committed(const std::string& topic, const std::function<void(Record)>& take) {
  const int partitions = partition_count(topic);
  ClientHandle client = make_client(RD_KAFKA_CONSUMER, {{"group.id", unique_name("reader")},
                                                        {"isolation.level", "read_committed"},
                                                        {"enable.auto.commit", "false"},
                                                        {"enable.partition.eof", "true"},
                                                        {"fetch.wait.max.ms", "20"}});
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions));
  for (int p = 0; p < partitions; ++p) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  check(rd_kafka_assign(client.get(), list.get()), "assign");
  int open = partitions;
  while (open > 0) {
    const MessageHandle message(rd_kafka_consumer_poll(client.get(), kTimeout));
    if (!message) fail("reading " + topic + " took too long");
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      --open;
      continue;
    }
    check(message->err, "consume");
    take(to_record(*message));
  }
  rd_kafka_consumer_close(client.get());
}

std::vector<Record> read_topic(const std::string& topic) {
  // A transaction's offsets may be told before its markers stand in all partitions that it wrote to.
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (log_ends(topic, true) != log_ends(topic, false) && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::map<std::int32_t, std::vector<Record>> found;
  for_each_committed(topic, [&found](Record record) { found[record.partition].push_back(std::move(record)); });
  std::vector<Record> all;
  for (auto& [partition, records] : found) {
    for (Record& record : records) all.push_back(std::move(record));
  }
  return all;
}

std::vector<std::int64_t> log_ends(const std::string& topic, bool stable) {
  const int partitions = partition_count(topic);
  ClientHandle client = make_client(
      RD_KAFKA_CONSUMER,
      {{"group.id", unique_name("ends")}, {"isolation.level", stable ? "read_committed" : "read_uncommitted"}});
  std::vector<std::int64_t> ends;
  for (int p = 0; p < partitions; ++p) {
    std::int64_t low = 0;
    check(rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), p, &low, &ends.emplace_back(), kTimeout),
          "watermarks");
  }
  return ends;
}

bool all_in_step(int brokers) {
  ClientHandle client = make_client(RD_KAFKA_PRODUCER, {});
  const rd_kafka_metadata_t* raw = nullptr;
  if (rd_kafka_metadata(client.get(), 1, nullptr, &raw, kTimeout) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const MetadataHandle metadata(raw);
  if (metadata->broker_cnt != brokers) return false;
  for (int t = 0; t < metadata->topic_cnt; ++t) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[t];
    for (int p = 0; p < topic.partition_cnt; ++p) {
      const rd_kafka_metadata_partition_t& partition = topic.partitions[p];
      if (partition.leader < 0 || partition.isr_cnt != partition.replica_cnt) return false;
    }
  }
  return true;
}

std::vector<std::int64_t> committed_offsets(const std::string& group, const std::string& topic) {
  const int partitions = partition_count(topic);
  ClientHandle client = make_client(RD_KAFKA_CONSUMER, {{"group.id", group}, {"isolation.level", "read_committed"}});
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions));
  for (int p = 0; p < partitions; ++p) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p);
  check(rd_kafka_committed(client.get(), list.get(), kTimeout), "committed");
  std::vector<std::int64_t> offsets;
  for (int p = 0; p < partitions; ++p) offsets.push_back(list->elems[p].offset);
  return offsets;
}

std::int64_t group_lag(const std::string& group, const std::string& topic) {
  const int partitions = partition_count(topic);
  ClientHandle client = make_client(RD_KAFKA_CONSUMER, {{"group.id", group}, {"isolation.level", "read_committed"}});
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions));
  for (int p = 0; p < partitions; ++p) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p);
  check(rd_kafka_committed(client.get(), list.get(), kTimeout), "committed");
  std::int64_t lag = 0;
  for (int p = 0; p < partitions; ++p) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    check(rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), p, &low, &high, kTimeout), "watermarks");
    lag += high - std::max<std::int64_t>(list->elems[p].offset, low);
  }
  return lag;
}

bool wait_until_consumed(const std::string& group, const std::string& topic, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (group_lag(group, topic) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace coagwatch::test
