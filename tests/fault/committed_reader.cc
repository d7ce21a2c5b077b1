#include "tests/fault/committed_reader.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "tests/broker/test_client.h"

namespace coagwatch::fault {
namespace {

using daemon::kafka::MessageHandle;
using daemon::kafka::PartitionListHandle;
using test::ClientHandle;

/// What says that the log is not what it was.
bool is_truncation(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE || code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
         code == RD_KAFKA_RESP_ERR__LOG_TRUNCATION;
}

ClientHandle consumer_of(const std::vector<std::string>& topics) {
  ClientHandle client = test::make_client(RD_KAFKA_CONSUMER, {{"group.id", "committed-reader"},
                                                              {"isolation.level", "read_committed"},
                                                              {"enable.auto.commit", "false"},
                                                              {"auto.offset.reset", "error"},
                                                              {"enable.partition.eof", "true"},
                                                              {"check.crcs", "true"},
                                                              {"queued.max.messages.kbytes", "8192"}});
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
  for (const std::string& topic : topics) {
    for (int p = test::partition_count(topic); p-- > 0;) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset = 0;
    }
  }
  test::check(rd_kafka_assign(client.get(), list.get()), "assign");
  return client;
}

}  // namespace

std::uint64_t digest_of(const test::Record& record) {
  std::string all = record.key.value_or("-") + '\0' + record.value.value_or("-");
  for (const auto& [name, value] : record.headers) all += '\0' + name + '\0' + value;
  return std::hash<std::string>{}(all);
}

CommittedReader::CommittedReader(std::vector<std::string> topics)
    : topics_(std::move(topics)), thread_([this] { read_all(); }) {}

CommittedReader::~CommittedReader() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void CommittedReader::read_all() try {
  const ClientHandle client = consumer_of(topics_);
  while (!stop_) {
    const MessageHandle message(rd_kafka_consumer_poll(client.get(), 200));
    if (!message || message->rkt == nullptr) continue;
    const Place place{rd_kafka_topic_name(message->rkt), message->partition};
    const bool at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !at_end) {
      if (is_truncation(message->err)) complaints_.push_back(place.first + ": " + rd_kafka_err2str(message->err));
      continue;
    }
    const std::scoped_lock lock(mutex_);
    std::int64_t& position = positions_[place];
    if (message->offset < position && !at_end) {
      complaints_.push_back(place.first + ": offset " + std::to_string(message->offset) + " after " +
                            std::to_string(position - 1));
    }
    position = std::max(position, message->offset + (at_end ? 0 : 1));
    if (at_end) continue;
    memory_[place].push_back({message->offset, digest_of(test::to_record(*message))});
    ++records_;
  }
  rd_kafka_consumer_close(client.get());
} catch (const std::exception& error) {
  complaints_.emplace_back(error.what());
}

bool CommittedReader::reached_ends(const std::string& topic) const {
  const std::vector<std::int64_t> ends = test::log_ends(topic, true);
  const std::scoped_lock lock(mutex_);
  for (std::size_t p = 0; p < ends.size(); ++p) {
    const auto found = positions_.find({topic, static_cast<std::int32_t>(p)});
    if (found == positions_.end() || found->second < ends[p]) return false;
  }
  return true;
}

std::optional<std::vector<std::int64_t>> CommittedReader::ends_of_data(const std::string& topic) const {
  const int partitions = test::partition_count(topic);
  if (!reached_ends(topic)) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  std::vector<std::int64_t> ends;
  for (std::int32_t p = 0; p < partitions; ++p) {
    const auto found = memory_.find({topic, p});
    ends.push_back(found == memory_.end() || found->second.empty() ? 0 : found->second.back().offset + 1);
  }
  return ends;
}

void CommittedReader::finish(int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  const auto done = [this] { return std::ranges::all_of(topics_, [this](const auto& t) { return reached_ends(t); }); };
  while (!done() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

}  // namespace coagwatch::fault
