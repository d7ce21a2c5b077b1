#include "tests/broker/feeder.h"

namespace coagwatch::test {

Feeder::Feeder(std::string topic, std::vector<Record> feed, std::size_t burst, std::chrono::milliseconds pause)
    : thread_([this, burst, pause, topic = std::move(topic), feed = std::move(feed)] {
        TestProducer producer;
        std::size_t sent = 0;
        for (const Record& record : feed) {
          producer.send(topic, record);
          if (++sent % burst != 0) continue;
          producer.flush();
          pause_for(pause);
        }
        producer.flush();
        done_ = true;
      }) {}

Feeder::~Feeder() { join(); }

void Feeder::pause_for(std::chrono::milliseconds pause) {
  std::unique_lock lock(mutex_);
  hurry_.wait_for(lock, pause, [this] { return hurried_; });
}

void Feeder::join() {
  {
    const std::scoped_lock lock(mutex_);
    hurried_ = true;
  }
  hurry_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace coagwatch::test
