// Puts the states of many patients on a topic, as the daemon would have left them after compaction: the sample's
// patients, multiplied, folded without a broker, one record each.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/cli/setup.h"
#include "daemon/fold/murmur2.h"
#include "daemon/fold/partition_fold.h"
#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"
#include "tests/bench/sample_records.h"

namespace coagwatch::bench {
namespace {

using namespace daemon::kafka;

// Folded together: enough to spread what a fold costs, few enough to keep it small.
constexpr int kCopiesAtOnce = 20;

class NoSink : public daemon::FoldSink {
 public:
  void alert(const daemon::FoldRecord& /*record*/) override {}
  void dead_letter(const daemon::FoldRecord& /*record*/) override {}
  void state(const daemon::FoldRecord& /*record*/) override {}
  void status(const daemon::FoldRecord& /*record*/) override {}
};

class Writer {
 public:
  Writer(const std::string& brokers, const std::string& topic)
      : client_(
            make_client(ClientRole::admin, brokers, "bench-states",
                        {{"enable.idempotence", "true"}, {"linger.ms", "20"}, {"queue.buffering.max.kbytes", "131072"}},
                        callbacks())),
        topic_(rd_kafka_topic_new(client_->get(), topic.c_str(), nullptr)),
        partitions_(partition_count(client_->get(), topic)) {}

  void write(std::string_view key, std::string_view value) {
    const std::int32_t partition = daemon::partition_of_key(key, partitions_);
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      code = rd_kafka_producev(client_->get(), RD_KAFKA_VTYPE_RKT, topic_.get(), RD_KAFKA_VTYPE_PARTITION, partition,
                               RD_KAFKA_VTYPE_KEY, key.data(), key.size(), RD_KAFKA_VTYPE_VALUE, value.data(),
                               value.size(), RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_END);
      rd_kafka_poll(client_->get(), code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 10 : 0);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) failed_ = true;
    ++records_;
    bytes_ += value.size();
  }
  [[nodiscard]] std::size_t records() const { return records_; }
  void finish() {
    if (rd_kafka_flush(client_->get(), 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR || failed_) {
      fail("not every record was written");
    }
    std::printf("{\"patients\": %zu, \"bytes\": %zu}\n", records_, bytes_);
  }

 private:
  Client::Callbacks callbacks() {
    Client::Callbacks callbacks;
    callbacks.delivery_failed = [this](const rd_kafka_message_t&) { failed_ = true; };
    return callbacks;
  }
  bool failed_ = false;
  std::unique_ptr<Client> client_;
  TopicHandle topic_;
  std::int32_t partitions_;
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
};

/// What becomes of a few copies of the sample. `first`: the number of the first.
void fold_copies(const SampleRecords& sample, const daemon::FoldSettings& settings, int first, std::mutex& mutex,
                 Writer& writer) {
  daemon::PartitionFold fold(settings);
  NoSink sink;
  std::int64_t offset = 0;
  const auto apply = [&](const SampleRecord& sent) {
    daemon::InputRecord record;
    record.offset = offset++;
    record.time = rules::Timestamp::from_millis(sent.time_millis);
    record.key = sent.key;
    record.value = sent.value;
    fold.apply(record, sink);
  };
  sample.generate(kCopiesAtOnce, apply, first);
  fold.flush(sink);
  fold.commit();
  const std::lock_guard lock(mutex);
  fold.patients().for_each([&](std::string_view key, std::string_view value) { writer.write(key, value); });
}

}  // namespace
}  // namespace coagwatch::bench

int main(int argc, char** argv) {
  using namespace coagwatch;
  const bench::Arguments arguments(
      argc, argv, {{"brokers", ""}, {"topic", ""}, {"config", ""}, {"sample", ""}, {"patients", "1000000"}});
  std::vector<rules::Problem> problems;
  const std::shared_ptr<const daemon::Setup> setup =
      daemon::load_setup(arguments.text("config"), daemon::Purpose::offline, problems);
  if (!setup) {
    daemon::print_problems(problems);
    return daemon::kExitUsage;
  }
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const bench::SampleRecords sample(arguments.text("sample"), now.count());
  const daemon::FoldSettings settings = daemon::fold_settings(setup);
  bench::Writer writer(arguments.text("brokers"), arguments.text("topic"));
  const auto wanted = static_cast<std::size_t>(arguments.number("patients"));
  std::mutex mutex;
  std::atomic<int> next{0};
  std::vector<std::thread> threads(std::max(1U, std::thread::hardware_concurrency()));
  for (std::thread& thread : threads) {
    thread = std::thread([&] {
      for (;;) {
        {
          const std::lock_guard lock(mutex);
          if (writer.records() >= wanted) return;
        }
        const int first = next.fetch_add(bench::kCopiesAtOnce);
        bench::fold_copies(sample, settings, first, mutex, writer);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  writer.finish();
  return 0;
}
