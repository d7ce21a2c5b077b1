// The bare minimum that exactly-once costs with librdkafka: reads a topic, writes key and value unchanged to the
// partition of the same number of another one, and commits offsets and records in one transaction. Nothing is
// parsed and no state is kept. Handles are configured as the daemon's, and transactions gather as the daemon's do.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>

#include "daemon/kafka/error.h"
#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"

using namespace coagwatch;
using namespace coagwatch::daemon::kafka;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds kGather{2};
constexpr std::chrono::milliseconds kMaxOpen{100};
constexpr std::size_t kMaxRecords = 10'000;
constexpr int kIdlePollMillis = 100;

volatile std::sig_atomic_t stop_requested = 0;
void on_signal(int /*signal*/) { stop_requested = 1; }

void check(rd_kafka_error_t* raw, const char* what) {
  if (const Error error = Error::take(raw)) bench::fail(std::string(what) + ": " + error.text);
}

class Copier {
 public:
  Copier(const bench::Arguments& arguments)
      : input_(arguments.text("input")),
        consumer_(bench::make_client(ClientRole::input, arguments.text("brokers"), arguments.text("group"),
                                     {{"auto.offset.reset", "earliest"}})),
        producer_(bench::make_client(ClientRole::producer, arguments.text("brokers"), arguments.text("group"))),
        output_(rd_kafka_topic_new(producer_->get(), arguments.text("output").c_str(), nullptr)) {
    check(rd_kafka_init_transactions(producer_->get(), 30'000), "init_transactions");
    const PartitionListHandle topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), input_.c_str(), RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer_->get(), topics.get());
  }

  void run() {
    while (stop_requested == 0) {
      const MessageHandle message(rd_kafka_consumer_poll(consumer_->get(), timeout()));
      if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) copy(*message);
      if (open_ && is_due(message == nullptr)) commit();
    }
    if (open_) commit();
    output_.reset();
    rd_kafka_consumer_close(consumer_->get());
  }

 private:
  [[nodiscard]] int timeout() const {
    if (!open_) return kIdlePollMillis;
    const auto left = kGather - (Clock::now() - opened_);
    if (left <= Clock::duration::zero()) return 0;
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
  }

  [[nodiscard]] bool is_due(bool idle) const {
    if (records_ >= kMaxRecords) return true;
    const auto age = Clock::now() - opened_;
    return age >= kMaxOpen || (idle && age >= kGather);
  }

  void copy(const rd_kafka_message_t& message) {
    if (!open_) {
      check(rd_kafka_begin_transaction(producer_->get()), "begin_transaction");
      open_ = true;
      opened_ = Clock::now();
      records_ = 0;
    }
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      code = rd_kafka_producev(producer_->get(), RD_KAFKA_VTYPE_RKT, output_.get(), RD_KAFKA_VTYPE_PARTITION,
                               message.partition, RD_KAFKA_VTYPE_KEY, message.key, message.key_len,
                               RD_KAFKA_VTYPE_VALUE, message.payload, message.len, RD_KAFKA_VTYPE_MSGFLAGS,
                               RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_END);
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(producer_->get(), 10);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) bench::fail("produce: " + describe(code));
    offsets_[message.partition] = message.offset + 1;
    if (++records_ % 256 == 0) rd_kafka_poll(producer_->get(), 0);
  }

  void commit() {
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets_.size())));
    for (const auto& [partition, offset] : offsets_) {
      rd_kafka_topic_partition_list_add(list.get(), input_.c_str(), partition)->offset = offset;
    }
    const GroupMetadataHandle member(rd_kafka_consumer_group_metadata(consumer_->get()));
    check(rd_kafka_send_offsets_to_transaction(producer_->get(), list.get(), member.get(), -1), "send_offsets");
    check(rd_kafka_commit_transaction(producer_->get(), -1), "commit_transaction");
    open_ = false;
    offsets_.clear();
  }

  std::string input_;
  std::unique_ptr<Client> consumer_;
  std::unique_ptr<Client> producer_;
  TopicHandle output_;
  std::map<std::int32_t, std::int64_t> offsets_;
  bool open_ = false;
  Clock::time_point opened_;
  std::size_t records_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv, {{"brokers", ""}, {"group", ""}, {"input", ""}, {"output", ""}});
  std::signal(SIGTERM, &on_signal);
  std::signal(SIGINT, &on_signal);
  Copier(arguments).run();
  return 0;
}
