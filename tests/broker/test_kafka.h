#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coagwatch::test {

/// A record as read from or written to a topic.
struct Record {
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::int64_t timestamp = -1;  ///< milliseconds
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers;

  /// The header's value, or empty.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Bootstrap address of the broker of this test run, or of the OwnKafka that there is now (own_kafka.h). Fails the test
/// where there is none.
std::string brokers();
/// From now on brokers() is `address`; empty: the test run's again.
void use_brokers(const std::string& address);
/// A name that no other test of any run has used.
std::string unique_name(const std::string& stem);

/// Makes a topic; `config` are topic settings.
void create_topic(const std::string& name, int partitions,
                  const std::vector<std::pair<std::string, std::string>>& config = {}, int replicas = 1);
/// Gives a topic more partitions, so many in all, and waits until it has them.
void add_partitions(const std::string& name, int partitions);
/// Deletes a topic and waits until it is gone.
void delete_topic(const std::string& name);

/// Forgets all committed offsets of a group without members, as they expire.
void delete_group(const std::string& group);
/// Commits an offset for it, as Kafka's own tool does.
void set_offset(const std::string& group, const std::string& topic, int partition, std::int64_t offset);

/// Writes records, in order, to their own partitions.
class TestProducer {
 public:
  /// With a transactional id, everything is written in transactions.
  explicit TestProducer(const std::string& transactional_id = "");
  ~TestProducer();
  TestProducer(const TestProducer&) = delete;
  TestProducer& operator=(const TestProducer&) = delete;

  void send(const std::string& topic, const Record& record);
  /// Waits until everything sent is on the broker.
  void flush();
  void begin();
  /// Into the open transaction: an offset of a group, as by nobody of its members.
  void send_offset(const std::string& group, const std::string& topic, std::int32_t partition, std::int64_t offset);
  void commit();
  void abort();

 private:
  struct Impl;
  Impl* impl_;
};

/// Gives everything committed in a topic now (read_committed, to the present end), each partition in order.
void for_each_committed(const std::string& topic, const std::function<void(Record)>& take);
/// Everything committed in a topic now, by partition, then offset (read_committed, to the present end). Waits a little
/// for transactions that are about to end.
std::vector<Record> read_topic(const std::string& topic);
/// Number of partitions of a topic; 0 if it does not exist.
int partition_count(const std::string& topic);
/// The end of each partition's log; with `stable`, as read_committed readers see it: before the first transaction that
/// is still open.
std::vector<std::int64_t> log_ends(const std::string& topic, bool stable);
/// True if so many brokers are there, and each partition of each topic has a leader and all its replicas in step.
bool all_in_step(int brokers);
/// The group's committed offset for each partition; below 0: none.
std::vector<std::int64_t> committed_offsets(const std::string& group, const std::string& topic);
/// Sum over partitions of the log end less the group's committed offset, for a group that works on `topic`.
std::int64_t group_lag(const std::string& group, const std::string& topic);
/// Waits until the group's lag is 0. False after `seconds`.
bool wait_until_consumed(const std::string& group, const std::string& topic, int seconds);

}  // namespace coagwatch::test
