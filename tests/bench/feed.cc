// Feeds a topic with the multiplied sample, keyed by patient, as fast as it goes.

#include <chrono>
#include <cstdio>

#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"
#include "tests/bench/sample_records.h"

using namespace coagwatch;
using namespace coagwatch::daemon::kafka;

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv, {{"brokers", ""}, {"topic", ""}, {"sample", ""}, {"copies", "100"}});
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const bench::SampleRecords sample(arguments.text("sample"), now.count());
  bool failed = false;
  Client::Callbacks callbacks;
  callbacks.delivery_failed = [&](const rd_kafka_message_t&) { failed = true; };
  const auto client = bench::make_client(ClientRole::admin, arguments.text("brokers"), "bench-feed",
                                         {{"enable.idempotence", "true"},
                                          {"partitioner", "murmur2_random"},
                                          {"linger.ms", "20"},
                                          {"queue.buffering.max.kbytes", "131072"}},
                                         std::move(callbacks));
  const TopicHandle topic(rd_kafka_topic_new(client->get(), arguments.text("topic").c_str(), nullptr));
  std::size_t records = 0;
  std::size_t bytes = 0;
  sample.generate(static_cast<int>(arguments.number("copies")), [&](const bench::SampleRecord& record) {
    ++records;
    bytes += record.value.size();
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      code = rd_kafka_producev(client->get(), RD_KAFKA_VTYPE_RKT, topic.get(), RD_KAFKA_VTYPE_KEY, record.key.data(),
                               record.key.size(), RD_KAFKA_VTYPE_VALUE, record.value.data(), record.value.size(),
                               RD_KAFKA_VTYPE_TIMESTAMP, record.time_millis, RD_KAFKA_VTYPE_MSGFLAGS,
                               RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_END);
      rd_kafka_poll(client->get(), code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 10 : 0);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) failed = true;
  });
  if (rd_kafka_flush(client->get(), 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR || failed) {
    bench::fail("not every record was written");
  }
  std::printf("{\"records\": %zu, \"bytes\": %zu}\n", records, bytes);
  return 0;
}
