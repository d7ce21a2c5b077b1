// A worker that stands still in the middle of its work, as librdkafka's send_offsets_to_transaction can (its issue
// 5456): while the process lives, so that no supervisor sees it.

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/broker/daemon_process.h"
#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

constexpr int kPartitions = 2;

pid_t thread_named(pid_t process, const std::string& name) {
  const std::string tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::ifstream file(task.path() / "comm");
    std::string found;
    if (std::getline(file, found) && found == name) return std::stoi(task.path().filename());
  }
  return -1;
}

/// A thread of another process that does nothing from construction on, while the others of its process go on.
class StoppedThread {
 public:
  explicit StoppedThread(pid_t thread) : thread_(thread) {
    EXPECT_EQ(ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr), 0);
    EXPECT_EQ(ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr), 0);
    EXPECT_EQ(waitpid(thread_, nullptr, __WALL), thread_);
  }
  /// Waits until its process has ended: it ends with it, and whoever stopped it must see that.
  ~StoppedThread() { waitpid(thread_, nullptr, __WALL); }
  StoppedThread(const StoppedThread&) = delete;
  StoppedThread& operator=(const StoppedThread&) = delete;

 private:
  const pid_t thread_;
};

TEST(StandingWorker, EndsTheProcessOnceTheGroupHasGivenItsPartitionsAway) {
  const std::string input = unique_name("input");
  DaemonProcess::Options options;
  options.input = input;
  options.prefix = unique_name("standing");
  options.short_session = true;
  options.properties = "max.poll.interval.ms: 6000";
  create_topic(input, kPartitions);
  DaemonProcess daemon(options);
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  Feeder feeder(input, sample_feed(3'000, 100, kPartitions, 3), 100, std::chrono::milliseconds(100));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  int code = -1;
  {
    const StoppedThread worker(thread_named(daemon.pid(), "worker 0"));
    EXPECT_EQ(daemon.get("/readyz").first, 200) << "nobody can know yet";
  }
  code = daemon.wait(10);
  EXPECT_EQ(code, 1) << daemon.log();
  EXPECT_NE(daemon.log().find("stood still"), std::string::npos) << daemon.log();
  daemon.start();
  ASSERT_TRUE(daemon.wait_ready()) << daemon.log();
  feeder.join();
  EXPECT_TRUE(wait_until_consumed(options.prefix, input, 60));
  EXPECT_EQ(daemon.terminate(), 0);
  expect_same_as_offline(daemon);
}

}  // namespace
}  // namespace coagwatch::test
