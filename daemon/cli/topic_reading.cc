#include "daemon/cli/topic_reading.h"

#include <thread>

#include "daemon/cli/kafka_setup.h"
#include "daemon/kafka/state_reader.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};
constexpr milliseconds kStep{50};

class Taker : public ChangelogSink {
 public:
  Taker(const TopicReading::Take& take, std::uint64_t& records) : take_(take), records_(records) {}
  void changelog_record(std::int32_t /*partition*/, const ChangelogRecord& record) override {
    ++records_;
    take_(record);
  }

 private:
  const TopicReading::Take& take_;
  std::uint64_t& records_;
};

}  // namespace

/// One reader at a time: a topic is read after another.
ChangelogReader* TopicReading::reader_of(const std::string& topic, PartitionRead& read) {
  if (!reader_ || topic_ != topic) {
    topic_ = topic;
    reader_ = kafka::StateReader::create(client_settings(config_, "coagwatch-state"), topic, kafka_log(), read.error);
  }
  return reader_.get();
}

PartitionRead TopicReading::bounds(const std::string& topic, std::int32_t partition) {
  PartitionRead read;
  ChangelogReader* reader = reader_of(topic, read);
  if (reader == nullptr) return read;
  const auto deadline = steady_clock::now() + kPatience;
  for (;;) {
    if (const auto found = reader->bounds(partition)) {
      read.bounds = *found;
      return read;
    }
    if (steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(kStep);
  }
  read.unreachable = true;
  read.error = "the broker does not tell where topic " + topic + " partition " + std::to_string(partition) + " ends";
  return read;
}

PartitionRead TopicReading::read(const std::string& topic, std::int32_t partition, std::optional<std::int64_t> from,
                                 const Take& take) {
  PartitionRead read = bounds(topic, partition);
  if (!read.error.empty()) return read;
  const std::int64_t start = from.value_or(read.bounds.low);
  if (start >= read.bounds.end) return read;
  Taker taker(take, read.records);
  reader_->start_reading(partition, start);
  auto deadline = steady_clock::now() + kPatience;
  std::int64_t next = start;
  while (read.error.empty() && next < read.bounds.end) {
    const ChangelogPosition position = reader_->read(partition, taker, kStep);
    read.error = position.error;
    if (position.next > next) {
      deadline = steady_clock::now() + kPatience;
      next = position.next;
    } else if (steady_clock::now() >= deadline) {
      read.unreachable = !position.at_stable_end;
      read.error = "topic " + topic + " partition " + std::to_string(partition) + " is readable up to offset " +
                   std::to_string(next) + " of " + std::to_string(read.bounds.end) +
                   (position.at_stable_end ? ": an open transaction hides the rest" : "");
    } else {
      std::this_thread::sleep_for(milliseconds(5));
    }
  }
  reader_->stop_reading(partition);
  return read;
}

}  // namespace coagwatch::daemon
