// Round trip at light load: sends a platelet count of a new patient at a steady, low rate and waits until a record
// with that patient's key can be read, committed, in the output topic.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/kafka/error.h"
#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"

using namespace coagwatch;
using namespace coagwatch::daemon::kafka;
using Clock = std::chrono::steady_clock;

namespace {

std::string observation(const std::string& patient, std::time_t now) {
  char time[32];
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return R"({"resourceType":"Observation","id":"o-)" + patient +
         R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"subject":)" +
         R"({"reference":"Patient/)" + patient + R"("},"effectiveDateTime":")" + time +
         R"(","valueQuantity":{"value":90,"unit":"10*9/L","system":"http://unitsofmeasure.org","code":"10*9/L"}})";
}

/// Sent and not seen again yet, and the times of those seen.
class RoundTrips {
 public:
  void sent(const std::string& key) {
    const std::lock_guard lock(mutex_);
    waiting_[key] = Clock::now();
  }
  void seen(const std::string& key) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return;
    millis_.push_back(std::chrono::duration<double, std::milli>(now - found->second).count());
    waiting_.erase(found);
  }
  [[nodiscard]] std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  /// Leaves out the first tenth: connections and caches are being made.
  std::vector<double> sorted() {
    std::vector<double> out(millis_.begin() + static_cast<std::ptrdiff_t>(millis_.size() / 10), millis_.end());
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> waiting_;
  std::vector<double> millis_;
};

double quantile(const std::vector<double>& sorted, double q) {
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

/// Reads the output from its present end.
void read_output(const std::string& brokers, const std::string& topic, RoundTrips& trips, std::atomic<bool>& ready,
                 const std::atomic<bool>& stop) {
  const auto client = bench::make_client(ClientRole::input, brokers, "bench-latency");
  const int partitions = bench::partition_count(client->get(), topic);
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions));
  for (int partition = 0; partition < partitions; ++partition) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    rd_kafka_query_watermark_offsets(client->get(), topic.c_str(), partition, &low, &high, 10'000);
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = high;
  }
  rd_kafka_assign(client->get(), list.get());
  const auto settled = Clock::now() + std::chrono::seconds(1);
  while (!stop) {
    const MessageHandle message(rd_kafka_consumer_poll(client->get(), 50));
    if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->key != nullptr) {
      trips.seen(std::string(static_cast<const char*>(message->key), message->key_len));
    }
    if (Clock::now() > settled) ready = true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv, {{"brokers", ""}, {"input", ""}, {"output", ""}, {"name", ""}, {"rate", "20"}, {"count", "400"}});
  RoundTrips trips;
  std::atomic<bool> ready{false};
  std::atomic<bool> stop{false};
  std::thread reader([&] { read_output(arguments.text("brokers"), arguments.text("output"), trips, ready, stop); });
  while (!ready) std::this_thread::sleep_for(std::chrono::milliseconds(10));

  const auto client =
      bench::make_client(ClientRole::admin, arguments.text("brokers"), "bench-latency",
                         {{"enable.idempotence", "true"}, {"partitioner", "murmur2_random"}, {"linger.ms", "0"}});
  const TopicHandle topic(rd_kafka_topic_new(client->get(), arguments.text("input").c_str(), nullptr));
  bench::partition_count(client->get(), arguments.text("input"));
  auto next = Clock::now();
  for (long i = 0; i < arguments.number("count"); ++i) {
    const std::string patient = "latency-" + arguments.text("name") + "-" + std::to_string(i);
    const std::string key = "Patient/" + patient;
    const std::string value = observation(patient, std::time(nullptr));
    trips.sent(key);
    rd_kafka_producev(client->get(), RD_KAFKA_VTYPE_RKT, topic.get(), RD_KAFKA_VTYPE_KEY, key.data(), key.size(),
                      RD_KAFKA_VTYPE_VALUE, value.data(), value.size(), RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY,
                      RD_KAFKA_VTYPE_END);
    rd_kafka_poll(client->get(), 0);
    next += std::chrono::microseconds(1'000'000 / arguments.number("rate"));
    std::this_thread::sleep_until(next);
  }
  rd_kafka_flush(client->get(), 10'000);
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (trips.waiting() > 0 && Clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop = true;
  reader.join();
  if (trips.waiting() > 0) bench::fail(std::to_string(trips.waiting()) + " records did not come back");
  const std::vector<double> sorted = trips.sorted();
  std::printf("{\"count\": %zu, \"p50_ms\": %.2f, \"p90_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f}\n",
              sorted.size(), quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 0.99), sorted.back());
  return 0;
}
