#include "daemon/kafka/log_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace coagwatch::daemon::kafka {
namespace {

using ::testing::ElementsAre;

TEST(RateLimitedLog, OneLineAKeyAndPeriod) {
  std::vector<std::string> lines;
  RateLimitedLog log([&](LogLevel, std::string_view text) { lines.emplace_back(text); }, std::chrono::hours(1));
  log.write(LogLevel::info, "a", "a1");
  log.write(LogLevel::info, "a", "a2");
  log.write(LogLevel::info, "b", "b1");
  log.always(LogLevel::info, "c1");
  log.always(LogLevel::info, "c2");
  EXPECT_THAT(lines, ElementsAre("a1", "b1", "c1", "c2"));
}

TEST(RateLimitedLog, CountsWhatItLeftOut) {
  std::vector<std::string> lines;
  RateLimitedLog log([&](LogLevel, std::string_view text) { lines.emplace_back(text); }, std::chrono::milliseconds(40));
  log.write(LogLevel::info, "a", "a1");
  log.write(LogLevel::info, "a", "a2");
  log.write(LogLevel::info, "a", "a3");
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  log.write(LogLevel::info, "a", "a4");
  EXPECT_THAT(lines, ElementsAre("a1", "a4 (2 more like it were left out)"));
}

TEST(RateLimitedLog, WithoutAFunctionNothingHappens) {
  RateLimitedLog log(nullptr);
  log.write(LogLevel::error, "a", "a1");
  log.always(LogLevel::error, "a1");
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
