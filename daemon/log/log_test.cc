#include "daemon/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <mutex>
#include <regex>
#include <thread>
#include <vector>

#include "daemon/log/json_text.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_sink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  void TearDown() override {
    log::set_sink({});
    log::configure(LogFormat::json, LogLevel::info);
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, JsonLineHasTimeLevelMessageAndFields) {
  log::configure(LogFormat::json, LogLevel::info);
  log::warning("commit \"failed\"", {{"partition", 3},
                                     {"offset", std::int64_t{-5}},
                                     {"bytes", std::size_t{18'446'744'073'709'551'615U}},
                                     {"fatal", true},
                                     {"seconds", 0.25},
                                     {"cause", "line\nbreak\tand \x01"}});
  ASSERT_EQ(lines_.size(), 1U);
  const std::regex shape(R"(\{"ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"warning",(.*)\})");
  std::smatch match;
  ASSERT_TRUE(std::regex_match(lines_[0], match, shape)) << lines_[0];
  EXPECT_EQ(match[1], R"("msg":"commit \"failed\"","partition":3,"offset":-5,"bytes":18446744073709551615,)"
                      R"("fatal":true,"seconds":0.25,"cause":"line\nbreak\tand \u0001")");
}

TEST_F(LogTest, NumbersThatJsonLacksAreNull) {
  log::info("x", {{"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", std::numeric_limits<double>::infinity()}});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], EndsWith(R"("nan":null,"inf":null})"));
}

TEST_F(LogTest, TextLineQuotesWhatIsNotOneWord) {
  log::configure(LogFormat::text, LogLevel::info);
  log::info("started\nnow", {{"topic", "fhir.observations"}, {"why", "two words"}, {"empty", ""}, {"n", 7}});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], EndsWith(R"(Z info    started\nnow topic=fhir.observations why="two words" empty="" n=7)"));
}

TEST_F(LogTest, LevelsBelowTheConfiguredOneAreSilent) {
  log::configure(LogFormat::json, LogLevel::warning);
  EXPECT_FALSE(log::enabled(LogLevel::info));
  EXPECT_TRUE(log::enabled(LogLevel::warning));
  log::trace("a");
  log::debug("b");
  log::info("c");
  EXPECT_TRUE(lines_.empty());
  log::warning("d");
  log::error("e");
  EXPECT_EQ(lines_.size(), 2U);
  log::configure(LogFormat::json, LogLevel::trace);
  log::trace("f");
  EXPECT_EQ(lines_.size(), 3U);
}

TEST_F(LogTest, RepeatsAreSuppressedPerKeyAndCounted) {
  for (int i = 0; i < 4; ++i) log::write_every(milliseconds(100), "test-repeat-a", LogLevel::error, "again");
  log::write_every(milliseconds(100), "test-repeat-b", LogLevel::error, "other");
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_THAT(lines_[0], Not(HasSubstr("suppressed")));
  EXPECT_THAT(lines_[1], HasSubstr("other"));
  std::this_thread::sleep_for(milliseconds(130));
  log::write_every(milliseconds(100), "test-repeat-a", LogLevel::error, "again");
  ASSERT_EQ(lines_.size(), 3U);
  EXPECT_THAT(lines_[2], EndsWith(R"("suppressed":3})"));
}

TEST_F(LogTest, RepeatsBelowTheLevelDoNotCount) {
  log::write_every(milliseconds(60'000), "test-level", LogLevel::debug, "quiet");
  log::configure(LogFormat::json, LogLevel::debug);
  log::write_every(milliseconds(60'000), "test-level", LogLevel::debug, "heard");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], HasSubstr("heard"));
}

TEST_F(LogTest, ThreadsWriteWholeLines) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 500; ++i) {
        log::info("tick", {{"thread", t}, {"i", i}});
        log::write_every(milliseconds(60'000), "test-threads", LogLevel::info, "once");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lines_.size(), 2'001U);
  for (const std::string& line : lines_) EXPECT_TRUE(line.starts_with("{\"ts\":") && line.ends_with("}")) << line;
}

TEST(LogStderr, LineEndsWithOneLineBreak) {
  log::configure(LogFormat::json, LogLevel::info);
  testing::internal::CaptureStderr();
  log::info("one %d {}");
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_THAT(written, EndsWith("\"msg\":\"one %d {}\"}\n"));
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, KeepsUtf8AndReplacesWhatIsIllFormed) {
  EXPECT_EQ(quoted("Größe µ 血 😀"), "\"Größe µ 血 😀\"");
  EXPECT_EQ(quoted("a\xC3"), "\"a\xEF\xBF\xBD\"");                                // truncated
  EXPECT_EQ(quoted("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // overlong
  EXPECT_EQ(quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // surrogate
  EXPECT_EQ(quoted("\xF4\x90\x80\x80").substr(1, 3), "\xEF\xBF\xBD");             // above U+10FFFF
  EXPECT_EQ(quoted("\xF4\x8F\xBF\xBF"), "\"\xF4\x8F\xBF\xBF\"");                  // U+10FFFF
  EXPECT_EQ(quoted(std::string_view("\0\x7F", 2)), R"("\u0000\u007f")");
  EXPECT_EQ(quoted(R"(a"b\c)"), R"("a\"b\\c")");
}

}  // namespace
}  // namespace coagwatch::daemon
