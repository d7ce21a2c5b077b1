#include "tests/broker/own_kafka.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/broker/free_port.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

// Below those that the system gives to clients, one of which could take it while the node is down.
constexpr int kFirstPort = 21'092;

}  // namespace

OwnKafka::OwnKafka() : directory_(std::string(TEST_STATE "/") + unique_name("kafka")), port_(free_port(kFirstPort)) {
  std::filesystem::create_directories(directory_);
  use_brokers(address());
}

OwnKafka::~OwnKafka() {
  use_brokers("");
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void OwnKafka::start() {
  // A second node beside the test run's: it need not hold much.
  const std::string command = "KAFKA_HEAP_OPTS='-Xms128m -Xmx384m' " TEST_KAFKA " start --dir " + directory_ +
                              " --port " + std::to_string(port_) + " --owner " + std::to_string(getpid()) + " >" +
                              directory_ + "/start.log 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << "see " << directory_ << "/start.log";
}

void OwnKafka::kill() { EXPECT_EQ(std::system((TEST_KAFKA " kill --dir " + directory_).c_str()), 0); }

}  // namespace coagwatch::test
