#include "fhir/capture_line.h"

#include <gtest/gtest.h>

#include "daemon/kafka/capture.h"

namespace coagwatch::daemon::kafka {
namespace {

using HeaderView = std::pair<std::string_view, std::optional<std::string_view>>;

std::string line(const CapturedRecord& record) {
  std::string out;
  append_capture_line(record, out);
  return out;
}

/// Reads a line back with the reader of `replay`.
fhir::CaptureLine read_back(const CapturedRecord& record) {
  std::string text = line(record);
  EXPECT_EQ(text.back(), '\n');
  text.pop_back();
  fhir::CaptureLine out;
  EXPECT_EQ(fhir::parse_capture_line(text, out), std::nullopt) << text;
  return out;
}

TEST(CaptureLine, Header) {
  std::string out;
  append_capture_header("a\"b", 3, out);
  EXPECT_EQ(out, "{\"coagwatch-capture\":1,\"topic\":\"a\\\"b\",\"partitions\":3}\n");
}

TEST(CaptureLine, Text) {
  CapturedRecord record{"in", 2, 17, 1700000000123, false, {}, "Patient/1", "{\"a\":1}"};
  EXPECT_EQ(line(record),
            "{\"topic\":\"in\",\"partition\":2,\"offset\":17,\"timestamp\":1700000000123,\"timestamp-type\":\"create\","
            "\"headers\":[],\"key\":\"Patient/1\",\"value\":\"{\\\"a\\\":1}\"}\n");
  record.log_append_time = true;
  EXPECT_NE(line(record).find("\"timestamp-type\":\"append\""), std::string::npos);
  record.timestamp_millis = -1;
  EXPECT_NE(line(record).find("\"timestamp-type\":\"none\""), std::string::npos);
}

TEST(CaptureLine, AbsentAndEmptyDiffer) {
  CapturedRecord record;
  record.value = "";
  const fhir::CaptureLine out = read_back(record);
  EXPECT_EQ(out.key, std::nullopt);
  EXPECT_EQ(out.value, "");
}

TEST(CaptureLine, Headers) {
  const HeaderView headers[] = {{"a", "1"}, {"a", ""}, {"n", std::nullopt}, {"b", "\xFF"}};
  CapturedRecord record;
  record.headers = headers;
  EXPECT_NE(line(record).find(R"("headers":[["a","1"],["a",""],["n",null],["b",{"base64":"/w=="}]])"),
            std::string::npos);
}

TEST(CaptureLine, EveryByteComesBack) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t length = 1; length <= 4; ++length) {
      const std::string value(length, static_cast<char>(byte));
      CapturedRecord record;
      record.key = value;
      record.value = value;
      const fhir::CaptureLine out = read_back(record);
      ASSERT_EQ(out.key, value) << byte << " x " << length;
      ASSERT_EQ(out.value, value) << byte << " x " << length;
    }
  }
}

TEST(CaptureLine, TextStaysText) {
  for (const std::string& value : {std::string("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), std::string("a\0b", 3),
                                   std::string("\xE2\x80\xA8"), std::string("tab\tline\n\"quote\\\x7F")}) {
    CapturedRecord record;
    record.value = value;
    EXPECT_EQ(line(record).find("base64"), std::string::npos);
    EXPECT_EQ(read_back(record).value, value);
  }
}

TEST(CaptureLine, IllFormedUtf8IsBase64) {
  for (const std::string& value : {std::string("\xC3"), std::string("\xED\xA0\x80"), std::string("\xC0\x80"),
                                   std::string("ok\xF5\x80\x80\x80"), std::string("\xE2\x82")}) {
    CapturedRecord record;
    record.value = value;
    EXPECT_NE(line(record).find("\"value-base64\":"), std::string::npos);
    EXPECT_EQ(read_back(record).value, value);
  }
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
